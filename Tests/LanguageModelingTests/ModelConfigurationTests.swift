import DataFiles
import LanguageModeling
import Testing

struct ModelConfigurationTests {
  @Test(
    arguments: [
      (0, 1, 1, 1, false, "the vocabulary size is 0; it must be from 1 to 268435456"),
      (-1, 1, 1, 1, false, "the vocabulary size is -1; it must be from 1 to 268435456"),
      (1 << 28 + 1, 1, 1, 1, false, "the vocabulary size is 268435457; it must be from 1 to 268435456"),
      (1, 0, 1, 1, false, "the embedding size is 0; it must be from 1 to 65536"),
      (1, 65537, 1, 1, false, "the embedding size is 65537; it must be from 1 to 65536"),
      (1, 1, 0, 1, false, "the hidden size is 0; it must be from 1 to 65536"),
      (1, 1, .max, 1, false, "the hidden size is 9223372036854775807; it must be from 1 to 65536"),
      (1, 1, 1, 0, false, "the number of layers is 0; it must be from 1 to 64"),
      (1, 1, 1, 65, false, "the number of layers is 65; it must be from 1 to 64"),
    ] as [(Int, Int, Int, Int, Bool, String)])
  func refuses(V: Int, E: Int, H: Int, L: Int, tied: Bool, message: String) {
    let error = #expect(throws: DataError.self) {
      try ModelConfiguration(vocabularySize: V, embeddingSize: E, hiddenSize: H, layers: L, tied: tied)
    }
    #expect(error?.code == .usage)
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: [7, 8, .max] as [UInt32])
  func aBoundaryIsAToken(boundary: UInt32) {
    let error = #expect(throws: DataError.self) {
      try ModelConfiguration(
        vocabularySize: 7, embeddingSize: 1, hiddenSize: 1, layers: 1, documentBoundary: boundary)
    }
    #expect(error?.message == "the token between documents is \(boundary); it must be one of the 7 of the vocabulary")
  }

  @Test func aBoundaryIsWrittenAndRead() throws {
    let configuration = try ModelConfiguration(
      vocabularySize: 7, embeddingSize: 1, hiddenSize: 1, layers: 1, documentBoundary: 6)
    let text = configuration.json.serialized()
    #expect(text.hasSuffix(#""tied":false,"document_boundary":6}"#))
    #expect(try ModelConfiguration(json: JSONValue(parsing: Array(text.utf8))) == configuration)
  }

  @Test(arguments: [false, true], [false, true])
  func jsonRoundTrip(peepholes: Bool, tied: Bool) throws {
    let configuration = try ModelConfiguration(
      vocabularySize: 1 << 28, embeddingSize: 7, hiddenSize: 7, layers: 64, peepholes: peepholes, tied: tied)
    let text = configuration.json.serialized()
    #expect(
      text == #"{"vocabulary_size":268435456,"embedding_size":7,"hidden_size":7,"layers":64,"#
        + #""peepholes":\#(peepholes),"tied":\#(tied)}"#)
    #expect(try ModelConfiguration(json: JSONValue(parsing: Array(text.utf8))) == configuration)
  }

  @Test(
    arguments: [
      ("{}", .data, #"lacks a usable "vocabulary_size""#), ("[]", .data, #"lacks a usable "vocabulary_size""#),
      (
        #"{"vocabulary_size":"2","embedding_size":1,"hidden_size":1,"layers":1,"peepholes":false,"tied":false}"#, .data,
        #"lacks a usable "vocabulary_size""#
      ),
      (
        #"{"vocabulary_size":2,"embedding_size":1,"hidden_size":1.5,"layers":1,"peepholes":false,"tied":false}"#, .data,
        #"lacks a usable "hidden_size""#
      ),
      (
        #"{"vocabulary_size":2,"embedding_size":1,"hidden_size":1,"layers":1,"peepholes":0,"tied":false}"#, .data,
        #"lacks a usable "peepholes""#
      ),
      (
        #"{"vocabulary_size":2,"embedding_size":1,"hidden_size":1,"layers":1,"peepholes":false}"#, .data,
        #"lacks a usable "tied""#
      ),
      (
        #"{"vocabulary_size":2,"embedding_size":1,"hidden_size":1,"layers":1,"peepholes":false,"tied":false,"#
          + #""document_boundary":-1}"#, .data, #"lacks a usable "document_boundary""#
      ),
      (
        #"{"vocabulary_size":2,"embedding_size":1,"hidden_size":-1,"layers":1,"peepholes":false,"tied":false}"#, .usage,
        "the hidden size is -1"
      ),
    ] as [(String, DataError.Code, String)])
  func refusesJSON(text: String, code: DataError.Code, message: String) throws {
    let json = try JSONValue(parsing: Array(text.utf8))
    let error = #expect(throws: DataError.self) { try ModelConfiguration(json: json) }
    #expect(error?.code == code)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
