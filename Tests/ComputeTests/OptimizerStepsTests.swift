import Compute
import Foundation
import Testing

struct OptimizerStepsTests {
  @Test(arguments: [1, 2, 3, 10, 999, 1_000_000])
  func adamCorrectsItsBias(t: Int) {
    let step = AdamStep(t: t, learningRate: 0.01, beta1: 0.9, beta2: 0.999, weightDecay: 0.1)
    #expect(abs(step.rate / (0.01 / (1 - pow(0.9, Double(t)))) - 1) < 1e-12)
    #expect(abs(step.secondScale * (1 - pow(0.999, Double(t))).squareRoot() - 1) < 1e-12)
    #expect(step.decay == 1 - 0.01 * 0.1)
  }

  /// The first step of Adam is the learning rate against the sign of the gradient.
  @Test func theFirstStepOfAdamHasTheSizeOfTheRate() {
    let device = ReferenceDevice()
    let buffers = (0..<4).map { _ in Matrix(device.allocate(2), rows: 1, columns: 2) }
    buffers[0].storage.elements = [1, 1]
    buffers[1].storage.elements = [5, -0.01]
    device.adam(
      buffers[0], gradients: buffers[1], firstMoment: buffers[2], secondMoment: buffers[3],
      AdamStep(t: 1, learningRate: 0.125, epsilon: 1e-16))
    #expect(zip(buffers[0].storage.elements, [0.875, 1.125]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// Two steps of RMSprop with alpha 0.75, by hand: v is 4 and then 0.75 · 4 + 0.25 · 52 = 16.
  @Test func rmspropByHand() {
    let device = ReferenceDevice()
    let buffers = (0..<3).map { _ in Matrix(device.allocate(1), rows: 1, columns: 1) }
    buffers[0].storage.elements = [1]
    let step = AdamStep.rmsprop(learningRate: 0.125, alpha: 0.75, epsilon: 1e-16, weightDecay: 4)
    for (gradient, expected) in [
      (4.0, 0.5 - 0.125 * 4 / 2), (52.0.squareRoot(), 0.125 - 0.125 * 52.0.squareRoot() / 4),
    ] {
      buffers[1].storage.elements = [gradient]
      device.adam(buffers[0], gradients: buffers[1], firstMoment: nil, secondMoment: buffers[2], step)
      #expect(abs(buffers[0][0, 0] - expected) < 1e-12)
    }
  }

  /// Two steps with momentum 0.5, rate 0.1 and decay 0.5, by hand.
  @Test func sgdByHand() {
    let device = ReferenceDevice()
    let (value, gradient, velocity) = (
      Matrix(device.allocate(1), rows: 1, columns: 1), Matrix(device.allocate(1), rows: 1, columns: 1),
      Matrix(device.allocate(1), rows: 1, columns: 1)
    )
    value.storage.elements = [1]
    gradient.storage.elements = [4]
    let step = SGDStep(learningRate: 0.125, momentum: 0.5, weightDecay: 4, gradientScale: 0.5)
    device.sgd(value, gradients: gradient, velocity: velocity, step)
    #expect((value[0, 0], velocity[0, 0]) == (0.5 - 0.125 * 2, 2))
    device.sgd(value, gradients: gradient, velocity: velocity, step)
    #expect((value[0, 0], velocity[0, 0]) == (0.125 - 0.125 * 3, 3))
  }
}
