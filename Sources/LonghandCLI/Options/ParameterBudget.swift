import ArgumentParser

/// A number of parameters: 24000000, 24M, 1.5G, 800k or 60K, 2.4e7.
struct ParameterBudget: ExpressibleByArgument {
  let count: Int

  init?(argument: String) {
    let factors: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9]
    let factor = argument.last.flatMap { factors[$0] }
    let digits = factor == nil ? argument[...] : argument.dropLast()
    guard digits.allSatisfy({ "0123456789.eE+-".contains($0) }), let number = Double(digits) else { return nil }
    let count = (number * (factor ?? 1)).rounded()
    guard 1...1e15 ~= count else { return nil }
    self.count = Int(count)
  }
}
