import DataFiles
@testable import Interchange
import Tokenization

/// The texts that letters stand for.
private let longTexts: [UInt8: [UInt8]] = [
  UInt8(ascii: "b"): members(ByteAlphabet.scalars.map { String($0) }),
  UInt8(ascii: "e"): inString(SegmentationPattern.openLineEnd),
  UInt8(ascii: "g"): inString(SegmentationPattern.graphemes),
  UInt8(ascii: "l"): inString(SegmentationPattern.literatureTokens),
  UInt8(ascii: "p"): inString(SegmentationPattern.pretokens),
  UInt8(ascii: "s"): members((UInt8.min...UInt8.max).map(Vocabulary.shown(spelled:))),
  UInt8(ascii: "w"): inString(SegmentationPattern.whitespaceRuns),
]

/// Keys as the first tokens of a model, without brackets.
private func members(_ keys: [String]) -> [UInt8] {
  let members = keys.enumerated().map { JSONValue.Member($1, .integer($0)) }
  return Array(JSONValue.object(members).serialized().utf8.dropFirst().dropLast())
}

/// A text as a string of JSON has it, without quotation marks.
private func inString(_ text: String) -> [UInt8] {
  Array(JSONValue.string(text).serialized().utf8.dropFirst().dropLast())
}

/// An input with the long texts in the places of what stands for them.
func expanded(_ input: UnsafeRawBufferPointer) -> [UInt8] {
  var result: [UInt8] = []
  var index = 0
  while index < input.count {
    if input[index] == 1, index + 1 < input.count, let text = longTexts[input[index + 1]] {
      result += text
      index += 2
    } else {
      result.append(input[index])
      index += 1
    }
  }
  return result
}
