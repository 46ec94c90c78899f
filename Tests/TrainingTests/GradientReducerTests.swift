import Compute
import Goldens
import Testing

@testable import Training

struct GradientReducerTests {
  @Test(arguments: [1, 65_536, 200_000])
  func everyBufferIsAddedToTheFirst(count: Int) {
    let device = ReferenceDevice()
    let buffers = (0..<3).map { n in
      let storage = device.allocate(count)
      storage.elements = (0..<count).map { Double($0 % 7 + n) }
      return storage
    }
    let expected = (0..<count).map { Double(3 * ($0 % 7) + 3) }
    let norm = GradientReducer(device: device, count: count).reduce(buffers)
    #expect(greatestDifference(buffers[0].elements, expected) == 0)
    #expect(norm == expected.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }

  @Test func theNormIsTheSameForAnyNumberOfThreads() {
    let count = 300_000
    func norm(threads: Int) -> Double {
      let device = CPUDevice(team: ThreadTeam(threads: threads))
      var generator = Philox4x32(seed: 60)
      let buffers = (0..<2).map { _ in
        let storage = device.allocate(count)
        let values = (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }
        device.put(values, into: Matrix(storage, rows: 1, columns: count))
        return storage
      }
      return GradientReducer(device: device, count: count).reduce(buffers)
    }
    #expect(norm(threads: 1).bitPattern == norm(threads: 3).bitPattern)
  }

  @Test func whatIsNotANumberShowsInTheNorm() {
    let device = CPUDevice()
    let buffers = [device.allocate(100), device.allocate(100)]
    device.put([.nan], into: Matrix(buffers[1], offset: 70, rows: 1, columns: 1))
    #expect(GradientReducer(device: device, count: 100).reduce(buffers).isNaN)
  }
}
