/// The names of an object's members, each of which may stand there once.
///
/// Only places are kept, so that an object of millions of members, as vocabularies are, takes little memory besides them.
struct JSONNames {
  /// So many are compared one by one.
  private static let few = 8

  // Places in the members, counted from 1, in a hash table with linear probing; 0 is empty.
  private var slots: [UInt32] = []

  /// Whether a name is none of the members'; if so its member must be the next one.
  mutating func insert(_ name: String, _ members: [JSONValue.Member]) -> Bool {
    if members.count < Self.few { return !members.contains { Self.isEqual($0.name, name) } }
    if 2 * members.count >= slots.count { grow(members) }
    let slot = find(name, members)
    guard slots[slot] == 0 else { return false }
    slots[slot] = UInt32(clamping: members.count + 1)
    return true
  }

  /// The slot of a name, or the empty one where it would stand.
  private func find(_ name: String, _ members: [JSONValue.Member]) -> Int {
    var slot = hash(name)
    while slots[slot] != 0, !Self.isEqual(members[Int(slots[slot]) - 1].name, name) {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow(_ members: [JSONValue.Member]) {
    slots = [UInt32](repeating: 0, count: max(32, 4 * slots.count))
    for (place, member) in members.enumerated() {
      var slot = hash(member.name)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(clamping: place + 1)
    }
  }

  /// Seeded anew in each process, so that nobody can choose names that collide.
  private func hash(_ name: String) -> Int {
    var hasher = Hasher()
    var name = name
    name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    return hasher.finalize() & (slots.count - 1)
  }

  private static func isEqual(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
