import ArgumentParser

/// Whole numbers with commas between them.
struct NumberList: ExpressibleByArgument {
  let numbers: [Int]

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    self.numbers = numbers.compactMap(\.self)
    if self.numbers.count != numbers.count { return nil }
  }
}
