import Compute
import Testing

struct MatrixTests {
  private let device = ReferenceDevice()

  private func counting(rows: Int, columns: Int) -> Matrix<ReferenceStorage> {
    let storage = device.allocate(rows * columns)
    storage.elements = (0..<rows * columns).map(Double.init)
    return Matrix(storage, rows: rows, columns: columns)
  }

  private func elements(_ x: Matrix<ReferenceStorage>) -> [Double] {
    (0..<x.rows).flatMap { r in (0..<x.columns).map { x[r, $0] } }
  }

  @Test func viewsShowThePartTheyName() {
    let x = counting(rows: 3, columns: 4)
    #expect(elements(x.rows(1..<3)) == [4, 5, 6, 7, 8, 9, 10, 11])
    #expect(elements(x.columns(1..<3)) == [1, 2, 5, 6, 9, 10])
    #expect(elements(x.rows(2..<3).columns(3..<4)) == [11])
    #expect(elements(x.columns(1..<3).rows(1..<2)) == [5, 6])
    #expect(elements(Matrix(x.storage, offset: 5, rows: 2, columns: 2)) == [5, 6, 7, 8])
    #expect(elements(x.rows(1..<1)).isEmpty)
  }

  @Test func flatteningKeepsTheOrder() {
    let x = counting(rows: 3, columns: 4)
    #expect(elements(x.rows(1..<3).flattened) == [4, 5, 6, 7, 8, 9, 10, 11])
    #expect((x.flattened.rows, x.flattened.columns) == (1, 12))
  }

  @Test func aViewKnowsItsGaps() {
    let x = counting(rows: 3, columns: 4)
    #expect(x.isContiguous)
    #expect(x.rows(1..<3).isContiguous)
    #expect(!x.columns(0..<3).isContiguous)
    #expect(x.columns(0..<3).rows(1..<2).isContiguous)
    #expect(x.columns(0..<3).count == 9)
  }

  @Test func writingThroughAViewReachesTheStorage() {
    let x = counting(rows: 2, columns: 3)
    device.clear(x.columns(1..<2))
    #expect(x.storage.elements == [0, 0, 2, 3, 0, 5])
  }
}
