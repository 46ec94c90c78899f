import Testing

@testable import Compute

/// Optimizers, averages and masks of random sizes with random numbers: the fast device against the plain one.
struct RandomVectorTests {
  @Test(arguments: InstructionSet.available)
  func optimizers(set: InstructionSet) {
    let devices = Devices(set)
    RandomShapes.forEach(usually: 60) { generator, shape in
      let n = RandomShapes.size(upTo: 4000, using: &generator)
      let rate = Double.random(in: 1e-4...0.1, using: &generator)
      let decay = Bool.random(using: &generator) ? 0 : Double.random(in: 0...1, using: &generator)
      let scale = Double.random(in: 0.01...1, using: &generator)
      let momentum = Bool.random(using: &generator) ? 0 : Double.random(in: 0...0.99, using: &generator)
      let (beta1, beta2) = (
        Double.random(in: 0...0.99, using: &generator), Double.random(in: 0.5...0.999, using: &generator)
      )
      let values = (0..<3).map { _ in Twin.random(1, n, using: &generator) }
      let moments = (0..<4).map { _ in Twin([Float](repeating: 0, count: n), rows: 1, columns: n) }
      for t in 1...4 {
        let gradients = Twin.random(1, n, using: &generator)
        let sgd = SGDStep(learningRate: rate, momentum: momentum, weightDecay: decay, gradientScale: scale)
        let adam = AdamStep(
          t: t, learningRate: rate, beta1: beta1, beta2: beta2, epsilon: 1e-4, weightDecay: decay, gradientScale: scale)
        let rmsprop = AdamStep.rmsprop(
          learningRate: rate, alpha: beta2, epsilon: 1e-4, weightDecay: decay, gradientScale: scale)
        let velocity = momentum > 0 ? moments[0] : nil
        devices.fast.sgd(values[0].fast, gradients: gradients.fast, velocity: velocity?.fast, sgd)
        devices.exact.sgd(values[0].exact, gradients: gradients.exact, velocity: velocity?.exact, sgd)
        devices.fast.adam(
          values[1].fast, gradients: gradients.fast, firstMoment: moments[1].fast, secondMoment: moments[2].fast, adam)
        devices.exact.adam(
          values[1].exact, gradients: gradients.exact, firstMoment: moments[1].exact, secondMoment: moments[2].exact,
          adam)
        devices.fast.adam(
          values[2].fast, gradients: gradients.fast, firstMoment: nil, secondMoment: moments[3].fast, rmsprop)
        devices.exact.adam(
          values[2].exact, gradients: gradients.exact, firstMoment: nil, secondMoment: moments[3].exact, rmsprop)
      }
      for (i, matrix) in (values + moments).enumerated() {
        #expect(matrix.error() < 4e-6, "\(shape): \(n) numbers, buffer \(i)")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func averagesAndMasks(set: InstructionSet) {
    let devices = Devices(set)
    RandomShapes.forEach(usually: 60) { generator, shape in
      let n = RandomShapes.size(upTo: 4000, using: &generator)
      let (mean, x) = (Twin.random(1, n, using: &generator), Twin.random(1, n, in: 1...2, using: &generator))
      let share = Double.random(in: 0...1, using: &generator)
      devices.fast.average(x.fast, share: share, into: mean.fast)
      devices.exact.average(x.exact, share: share, into: mean.exact)
      #expect(mean.error() < 1e-6, "\(shape): an average of \(n)")

      let rate = Float.random(in: 0...0.99, using: &generator)
      let (seed, stream) = (generator.next(), generator.next())
      devices.fast.dropout(x.fast, rate: rate, seed: seed, stream: stream, into: x.fast)
      devices.exact.dropout(x.exact, rate: rate, seed: seed, stream: stream, into: x.exact)
      #expect(x.floats.map { $0 == 0 } == x.doubles.map { $0 == 0 }, "\(shape): a mask of \(n)")
      #expect(x.error() < 1e-6, "\(shape): dropout of \(n)")

      let (rows, columns) = (
        RandomShapes.size(upTo: 40, using: &generator), RandomShapes.size(upTo: 100, using: &generator)
      )
      let (matrix, factors) = (
        Twin.random(rows, columns, using: &generator), Twin.random(rows, 1, using: &generator)
      )
      devices.fast.scaleRows(matrix.fast, by: factors.fast)
      devices.exact.scaleRows(matrix.exact, by: factors.exact)
      #expect(matrix.error() < 1e-6, "\(shape): \(rows) rows of \(columns), scaled")
    }
  }
}
