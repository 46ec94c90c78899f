/// A queue that gives its least element first (Williams 1964).
struct BinaryHeap<Element: Comparable> {
  private var elements: [Element] = []

  init() {}

  /// A heap of elements in any order, in linear time (Floyd 1964).
  init(_ elements: [Element]) {
    self.elements = elements
    for place in (0..<elements.count / 2).reversed() { sink(elements[place], from: place) }
  }

  mutating func removeAll() {
    elements.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  mutating func push(_ element: Element) {
    var place = elements.count
    elements.append(element)
    while place > 0 {
      let parent = (place - 1) / 2
      guard element < elements[parent] else { break }
      elements[place] = elements[parent]
      place = parent
    }
    elements[place] = element
  }

  @inline(__always)
  mutating func pop() -> Element? {
    guard let least = elements.first, let last = elements.popLast() else { return nil }
    if !elements.isEmpty { sink(last, from: 0) }
    return least
  }

  /// Places an element at or below a place whose own element may be lost.
  @inline(__always)
  private mutating func sink(_ element: Element, from start: Int) {
    var place = start
    while true {
      var child = 2 * place + 1
      guard child < elements.count else { break }
      if child + 1 < elements.count && elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < element else { break }
      elements[place] = elements[child]
      place = child
    }
    elements[place] = element
  }
}
