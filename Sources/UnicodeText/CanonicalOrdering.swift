import CText

/// Puts runs of combining marks into canonical order (Unicode 15.0, section 3.11, D109).
///
/// Short runs, which all languages have, are sorted by insertion; long ones by counting, so that no text takes more
/// than linear time.
struct CanonicalOrdering {
  private static let longestInsertion = 32

  private var classes: [UInt8] = []
  private var sorted: [UInt32] = []

  mutating func sort(_ scalars: inout [UInt32]) {
    classes.removeAll(keepingCapacity: true)
    classes.append(contentsOf: scalars.lazy.map { $0 < 0x300 ? 0 : text_combining_class($0) })
    var start = 0
    while start < scalars.count {
      guard classes[start] != 0 else {
        start += 1
        continue
      }
      var end = start + 1
      var isSorted = true
      while end < scalars.count && classes[end] != 0 {
        isSorted = isSorted && classes[end - 1] <= classes[end]
        end += 1
      }
      if !isSorted {
        if end - start <= Self.longestInsertion {
          sortByInsertion(&scalars, start..<end)
        } else {
          sortByCounting(&scalars, start..<end)
        }
      }
      start = end
    }
  }

  private mutating func sortByInsertion(_ scalars: inout [UInt32], _ run: Range<Int>) {
    for index in run.dropFirst() {
      let scalar = scalars[index]
      let combiningClass = classes[index]
      var place = index
      while place > run.lowerBound && classes[place - 1] > combiningClass {
        scalars[place] = scalars[place - 1]
        classes[place] = classes[place - 1]
        place -= 1
      }
      scalars[place] = scalar
      classes[place] = combiningClass
    }
  }

  private mutating func sortByCounting(_ scalars: inout [UInt32], _ run: Range<Int>) {
    var places = [Int](repeating: 0, count: 257)
    for index in run { places[Int(classes[index]) + 1] += 1 }
    for combiningClass in 0..<256 { places[combiningClass + 1] += places[combiningClass] }
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: scalars[run])
    for (offset, scalar) in sorted.enumerated() {
      let combiningClass = Int(classes[run.lowerBound + offset])
      scalars[run.lowerBound + places[combiningClass]] = scalar
      places[combiningClass] += 1
    }
  }
}
