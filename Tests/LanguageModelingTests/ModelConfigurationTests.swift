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

  @Test func anAdaptiveSoftmaxIsWrittenAndRead() throws {
    let configuration = try ModelConfiguration(
      vocabularySize: 70, embeddingSize: 1, hiddenSize: 9, layers: 1,
      adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: [5, 20], divisor: 3), documentBoundary: 6)
    let text = configuration.json.serialized()
    #expect(text.hasSuffix(#""tied":false,"softmax_cutoffs":[5,20],"softmax_divisor":3,"document_boundary":6}"#))
    #expect(try ModelConfiguration(json: JSONValue(parsing: Array(text.utf8))) == configuration)
  }

  @Test(
    arguments: [
      ([], 4, "the cut-offs of the adaptive softmax are ; give from 1 to 16 rising"), ([0, 5], 4, "are 0,5; give"),
      ([5, 5], 4, "are 5,5; give"), ([6, 5], 4, "are 6,5; give"), ([-1], 4, "are -1; give"),
      (Array(1...17), 1, "13,14,15,16,17; give"), ([5, 70], 4, "the last cut-off of the adaptive softmax is 70 and"),
      ([.max], 4, "of a vocabulary of 70"), ([5], 0, "the divisor of the adaptive softmax is 0"),
      ([5], .max, "the divisor of the adaptive softmax is 9223372036854775807"),
      ([5, 6], 4, "2 clusters that divide 9 units by 4 each leave none"),
    ] as [([Int], Int, String)])
  func refusesAnAdaptiveSoftmax(cutoffs: [Int], divisor: Int, message: String) {
    let error = #expect(throws: DataError.self) {
      try ModelConfiguration(
        vocabularySize: 70, embeddingSize: 1, hiddenSize: 9, layers: 1,
        adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: cutoffs, divisor: divisor))
    }
    #expect(error?.code == .usage && error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func anAdaptiveSoftmaxIsNotTied() {
    let error = #expect(throws: DataError.self) {
      try ModelConfiguration(
        vocabularySize: 70, embeddingSize: 9, hiddenSize: 9, layers: 1, tied: true,
        adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: [5]))
    }
    #expect(error?.message.hasPrefix("an adaptive softmax has tables of its own") == true)
  }

  /// From one token more than can be parted, and few units, to many.
  @Test(
    arguments: [
      (2, 1, [1]), (7, 100, [1]), (8, 100, [1, 2]), (8, 15, [1]), (8, 16, [1, 2]), (270_000, 512, [16_875, 67_500]),
    ])
  func cutoffsFollowTheVocabulary(V: Int, H: Int, cutoffs: [Int]) throws {
    let shape = AdaptiveSoftmaxShape(vocabularySize: V, hiddenSize: H, divisor: H == 1 ? 1 : 4)
    #expect(shape.cutoffs == cutoffs)
    _ = try ModelConfiguration(vocabularySize: V, embeddingSize: 1, hiddenSize: H, layers: 1, adaptiveSoftmax: shape)
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
        #"{"vocabulary_size":2,"embedding_size":1,"hidden_size":1,"layers":1,"peepholes":false,"tied":false,"#
          + #""softmax_cutoffs":[1,"2"],"softmax_divisor":1}"#, .data, #"lacks a usable "softmax_cutoffs""#
      ),
      (
        #"{"vocabulary_size":2,"embedding_size":1,"hidden_size":1,"layers":1,"peepholes":false,"tied":false,"#
          + #""softmax_cutoffs":[1]}"#, .data, #"lacks a usable "softmax_divisor""#
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
