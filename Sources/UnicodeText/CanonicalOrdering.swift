/// Puts runs of combining marks into canonical order (Unicode 15.0, section 3.11, D109).
///
/// Short runs, which all languages have, are sorted by insertion; long ones by counting, so that no text takes more
/// than linear time.
struct CanonicalOrdering: ~Copyable {
  private static let longestInsertion = 32

  private var sorted = GrowingBuffer<DecomposedScalar>(capacity: 64)

  mutating func sort(_ scalars: UnsafeMutableBufferPointer<DecomposedScalar>) {
    var start = 0
    while start < scalars.count {
      guard scalars[start].combiningClass != 0 else {
        start += 1
        continue
      }
      var end = start + 1
      var isSorted = true
      while end < scalars.count && scalars[end].combiningClass != 0 {
        isSorted = isSorted && scalars[end - 1].combiningClass <= scalars[end].combiningClass
        end += 1
      }
      if !isSorted {
        let run = UnsafeMutableBufferPointer(rebasing: scalars[start..<end])
        if run.count <= Self.longestInsertion {
          Self.sortByInsertion(run)
        } else {
          sortByCounting(run)
        }
      }
      start = end
    }
  }

  private static func sortByInsertion(_ run: UnsafeMutableBufferPointer<DecomposedScalar>) {
    for index in 1..<run.count {
      let scalar = run[index]
      var place = index
      while place > 0 && run[place - 1].combiningClass > scalar.combiningClass {
        run[place] = run[place - 1]
        place -= 1
      }
      run[place] = scalar
    }
  }

  private mutating func sortByCounting(_ run: UnsafeMutableBufferPointer<DecomposedScalar>) {
    sorted.truncate(to: 0)
    sorted.append(UnsafeBufferPointer(run))
    let source = sorted.elements
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 257) { places in
      places.initialize(repeating: 0)
      for scalar in source { places[Int(scalar.combiningClass) + 1] += 1 }
      for combiningClass in 0..<256 { places[combiningClass + 1] += places[combiningClass] }
      for scalar in source {
        let combiningClass = Int(scalar.combiningClass)
        run[places[combiningClass]] = scalar
        places[combiningClass] += 1
      }
    }
  }
}
