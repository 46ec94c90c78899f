import Compute
import Goldens
import ProcessesInThreads
import Testing

@testable import Training

struct GradientChainTests {
  private func gradients(shard: Int, count: Int, step: Int, on device: CPUDevice) -> CPUStorage {
    let storage = device.allocate(count)
    var generator = Philox4x32(seed: UInt64(shard), stream: UInt64(step))
    // Of very different sizes, so that another order of additions gives other bits.
    device.put(
      (0..<count).map { _ in Double.random(in: -1...1, using: &generator) * (shard % 2 == 0 ? 1 : 1e-4) },
      into: Matrix(storage, rows: 1, columns: count))
    return storage
  }

  private func sums(_ shards: Range<Int>, count: Int, steps: Int, _ reducer: GradientReducer<CPUDevice>) -> [[Double]] {
    let device = CPUDevice()
    return (0..<steps).map { step in
      let buffers = shards.map { gradients(shard: $0, count: count, step: step, on: device) }
      for place in stride(from: count, to: 0, by: -max(1, count / 3)) where step % 2 == 1 {
        reducer.advance(buffers, finalFrom: place)
      }
      let norm = reducer.reduce(buffers)
      return [norm] + device.doubles(Matrix(buffers[0], rows: 1, columns: count))
    }
  }

  /// Pieces that end with the buffer or do not, fewer and more than are on their way at a time.
  @Test(arguments: [2, 3, 5], [1, 65_536, 65_537, 700_000])
  func theSumIsThatOfOneProcess(processes count: Int, parameters: Int) throws {
    let shards = 5
    let expected = sums(
      0..<shards, count: parameters, steps: 3, GradientReducer(device: CPUDevice(), count: parameters))
    let found = ThreadedProcesses.run(count) { processes in
      let reducer = GradientReducer(device: CPUDevice(), count: parameters, processes: processes)
      let (r, n) = (processes.rank, processes.count)
      return sums(shards * r / n..<shards * (r + 1) / n, count: parameters, steps: 3, reducer)
    }
    for result in found { #expect(try result.get() == expected) }
  }

  @Test func nothingIsSummedBeforeItIsFinal() throws {
    let count = 4 << 16
    let sums = ThreadedProcesses.run(2) { processes in
      let device = CPUDevice()
      let buffers = [device.allocate(count)]
      let all = Matrix(buffers[0], rows: 1, columns: count)
      let reducer = GradientReducer(device: device, count: count, processes: processes)
      device.put([Double](repeating: 1, count: count / 2), into: all.columns(count / 2..<count))
      reducer.advance(buffers, finalFrom: count / 2)
      device.put([Double](repeating: 3, count: count / 2), into: all.columns(0..<count / 2))
      _ = reducer.reduce(buffers)
      return device.doubles(all)
    }
    for sum in sums {
      let sum = try sum.get()
      #expect(sum.prefix(count / 2).allSatisfy { $0 == 6 } && sum.suffix(count / 2).allSatisfy { $0 == 2 })
    }
  }
}
