import Foundation

/// The conformance data of Debian's package unicode-data.
enum UnicodeData {
  struct Missing: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) cannot be read: apt-get install unicode-data bzip2" }
  }

  /// The lines of a file that hold data, each with its number from 1, without comments.
  static func lines(of name: String) throws -> [(number: Int, text: Substring)] {
    let path = "/usr/share/unicode/" + name
    let bytes = name.hasSuffix(".bz2") ? try decompressed(path) : FileManager.default.contents(atPath: path)
    guard let bytes, !bytes.isEmpty else { throw Missing(path: path) }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      let data = line.prefix { $0 != "#" }
      return data.allSatisfy(\.isWhitespace) ? nil : (index + 1, data)
    }
  }

  /// The entries of a file that gives scalars and ranges of them fields, which are trimmed.
  static func entries(of name: String) throws -> [(scalars: ClosedRange<UInt32>, fields: [String])] {
    try lines(of: name).compactMap { _, line in
      let fields = line.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
        let space = UInt8(ascii: " ")
        let end = field.lastIndex { $0 != space }.map(field.index(after:)) ?? field.startIndex
        return String(Substring(field[..<end].drop { $0 == space }))
      }
      let ends = fields[0].split(separator: ".").compactMap { UInt32($0, radix: 16) }
      guard let first = ends.first, let last = ends.last else { return nil }
      return (first...last, Array(fields.dropFirst()))
    }
  }

  /// The scalars to which a file gives a value in its second field, in the order of the file.
  static func scalars(of name: String, where isIncluded: ([String]) -> Bool) throws -> [Unicode.Scalar] {
    try entries(of: name).filter { isIncluded($0.fields) }.flatMap { $0.scalars.compactMap(Unicode.Scalar.init) }
  }

  private static func decompressed(_ path: String) throws -> Data? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bzip2", "-dc", path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? bytes : nil
  }

  /// The UTF-8 of scalars written as hexadecimal numbers.
  static func text(_ hexadecimal: some StringProtocol) -> [UInt8] {
    var scalars = String.UnicodeScalarView()
    for number in hexadecimal.split(separator: " ") {
      if let value = UInt32(number, radix: 16), let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return Array(String(scalars).utf8)
  }

  /// Every scalar value.
  static var scalars: some Sequence<Unicode.Scalar> {
    (UInt32(0)...0x10_FFFF).lazy.compactMap(Unicode.Scalar.init)
  }

  /// Text as hexadecimal scalars, for messages.
  static func shown(_ text: [UInt8]) -> String {
    String(decoding: text, as: UTF8.self).unicodeScalars.map { String($0.value, radix: 16, uppercase: true) }
      .joined(separator: " ")
  }
}

extension [UInt8] {
  /// Text so many times, made by doubling.
  init(_ text: String, times count: Int) {
    let once = Array(text.utf8)
    self = once
    reserveCapacity(once.count * count)
    while self.count < once.count * count { self += prefix(Swift.min(self.count, once.count * count - self.count)) }
    if count == 0 { self = [] }
  }
}
