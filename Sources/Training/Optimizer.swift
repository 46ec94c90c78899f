internal import Compute

/// The rule that turns gradients into steps.
public enum OptimizerKind: String, Sendable, CaseIterable {
  /// Stochastic gradient descent, with momentum when it is above 0; weight decay is decoupled from it.
  case sgd
  /// Adam (Kingma & Ba 2015); weight decay is added to the gradient, as the gradient of an L2 penalty.
  case adam
  /// RMSprop (Tieleman & Hinton 2012), as char-rnn uses it; weight decay is decoupled.
  case rmsprop
  /// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
  case adamw
}

/// An optimizer with its numbers.
public struct OptimizerConfiguration: Sendable, Equatable {
  /// The rule.
  public var kind: OptimizerKind
  /// The rate that the schedule's factor multiplies.
  public var learningRate: Double
  /// The share of the last step that `sgd` repeats.
  public var momentum: Double
  /// β₁ of Adam.
  public var beta1: Double
  /// β₂ of Adam; α of RMSprop.
  public var beta2: Double
  /// ε of Adam and RMSprop.
  public var epsilon: Double
  /// What each step takes off a value, times the learning rate; with `adam` what is added to its gradient, times the
  /// value.
  public var weightDecay: Double
  /// The greatest norm of the whole gradient; a longer one is scaled down to it (Pascanu 2013); 0 is no limit.
  public var clip: Double

  /// An optimizer.
  public init(
    _ kind: OptimizerKind = .adamw, learningRate: Double = 0.004, momentum: Double = 0, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0, clip: Double = 1
  ) {
    self.kind = kind
    self.learningRate = learningRate
    self.momentum = momentum
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.clip = clip
  }

  /// How many buffers of the parameters' size it keeps between steps.
  public var momentCount: Int {
    switch kind {
    case .sgd: momentum > 0 ? 1 : 0
    case .rmsprop: 1
    case .adam, .adamw: 2
    }
  }
}

/// Moves a flat buffer of values by a flat buffer of gradients.
final class Optimizer<D: Device>: Sendable {
  let configuration: OptimizerConfiguration
  /// The flat buffers that it keeps: velocity, or the moments.
  let moments: [D.Storage]
  private let device: D
  private let count: Int

  init(_ configuration: OptimizerConfiguration, count: Int, on device: D) {
    self.configuration = configuration
    self.device = device
    self.count = count
    moments = (0..<configuration.momentCount).map { _ in device.allocate(count) }
  }

  /// Step t (the first is 1) at a learning rate, of gradients times `gradientScale`.
  func step(
    _ t: Int, learningRate: Double, gradientScale: Double, values: D.Storage, gradients: D.Storage
  ) {
    let o = configuration
    let values = Matrix(values, rows: 1, columns: count)
    let gradients = Matrix(gradients, rows: 1, columns: count)
    func moment(_ i: Int) -> Matrix<D.Storage> { Matrix(moments[i], rows: 1, columns: count) }
    switch o.kind {
    case .sgd:
      let step = SGDStep(
        learningRate: learningRate, momentum: o.momentum, weightDecay: o.weightDecay, gradientScale: gradientScale)
      device.sgd(values, gradients: gradients, velocity: moments.isEmpty ? nil : moment(0), step)
    case .rmsprop:
      let step = AdamStep.rmsprop(
        learningRate: learningRate, alpha: o.beta2, epsilon: o.epsilon, weightDecay: o.weightDecay,
        gradientScale: gradientScale)
      device.adam(values, gradients: gradients, firstMoment: nil, secondMoment: moment(0), step)
    case .adam, .adamw:
      let step = AdamStep(
        t: t, learningRate: learningRate, beta1: o.beta1, beta2: o.beta2, epsilon: o.epsilon,
        penalty: o.kind == .adam ? o.weightDecay : 0, weightDecay: o.kind == .adam ? 0 : o.weightDecay,
        gradientScale: gradientScale)
      device.adam(values, gradients: gradients, firstMoment: moment(0), secondMoment: moment(1), step)
    }
  }
}
