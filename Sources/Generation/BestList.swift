/// The first few of many elements in an order, kept sorted.
///
/// Of elements neither of which precedes the other, those offered earlier come first.
struct BestList<Element> {
  private(set) var elements: [Element] = []
  private let capacity: Int
  private let precedes: (Element, Element) -> Bool

  /// Keeps at most `capacity` elements, 1 or more.
  init(capacity: Int, by precedes: @escaping (Element, Element) -> Bool) {
    self.capacity = capacity
    self.precedes = precedes
  }

  /// The element that the next better one drives out; nil while there is room.
  var last: Element? { elements.count == capacity ? elements.last : nil }

  /// Whether an element offered now would be kept.
  func takes(_ element: Element) -> Bool {
    guard let last else { return true }
    return precedes(element, last)
  }

  /// Puts an element at its place if it is among the first.
  mutating func offer(_ element: Element) {
    guard takes(element) else { return }
    if elements.count == capacity { elements.removeLast() }
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if precedes(element, elements[middle]) { high = middle } else { low = middle + 1 }
    }
    elements.insert(element, at: low)
  }
}
