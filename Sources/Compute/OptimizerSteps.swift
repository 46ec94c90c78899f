/// The numbers of one step of stochastic gradient descent: value = decay · value - rate · v.
public struct SGDStep: Sendable {
  /// What the gradient is multiplied by as it is read: the clipping factor.
  public var gradientScale: Double
  /// The learning rate.
  public var rate: Double
  /// v = momentum · v + gradient; 0 is plain descent.
  public var momentum: Double
  /// What a value is multiplied by before the step: 1 - learning rate · weight decay.
  public var decay: Double

  /// The numbers of one step.
  public init(learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, gradientScale: Double = 1) {
    self.gradientScale = gradientScale
    self.momentum = momentum
    rate = learningRate
    decay = 1 - learningRate * weightDecay
  }
}

/// The numbers of one step of Adam: value = decay · value - rate · m / (√v · secondScale + epsilon), where m and v are the
/// moments of gradientScale · gradient + penalty · value.
///
/// Kingma & Ba (2015), with the bias corrections folded in: rate = learning rate / (1 - β₁ᵗ) and
/// secondScale = 1 / √(1 - β₂ᵗ).
public struct AdamStep: Sendable {
  /// What the gradient is multiplied by as it is read: the clipping factor.
  public var gradientScale: Double
  /// The share of a value that is added to its gradient: the gradient of half of it times the squares (L2).
  public var penalty: Double
  /// The corrected learning rate.
  public var rate: Double
  /// β₁, of the first moment.
  public var beta1: Double
  /// β₂, of the second moment.
  public var beta2: Double
  /// The correction of √v.
  public var secondScale: Double
  /// ε, added to the denominator.
  public var epsilon: Double
  /// What a value is multiplied by before the step: 1 - learning rate · weight decay (Loshchilov & Hutter 2019).
  public var decay: Double

  /// The numbers of step t (the first is 1).
  public init(
    t: Int, learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    penalty: Double = 0, weightDecay: Double = 0, gradientScale: Double = 1
  ) {
    self.gradientScale = gradientScale
    self.penalty = penalty
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    rate = learningRate / (1 - power(beta1, t))
    secondScale = 1 / (1 - power(beta2, t)).squareRoot()
    decay = 1 - learningRate * weightDecay
  }
}

extension AdamStep {
  /// The numbers of a step of RMSprop (Tieleman & Hinton 2012): value = decay · value - rate · g / (√v + epsilon), where
  /// v = alpha · v + (1 - alpha) · g².
  public static func rmsprop(
    learningRate: Double, alpha: Double, epsilon: Double = 1e-8, weightDecay: Double = 0, gradientScale: Double = 1
  ) -> AdamStep {
    var step = AdamStep(
      t: 1, learningRate: learningRate, beta1: 0, beta2: alpha, epsilon: epsilon, weightDecay: weightDecay,
      gradientScale: gradientScale)
    step.secondScale = 1
    return step
  }
}

/// base to an integer power, by squaring: the same bits on every machine.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var factor = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= factor }
    factor *= factor
    rest >>= 1
  }
  return result
}
