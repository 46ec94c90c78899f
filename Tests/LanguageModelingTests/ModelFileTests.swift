import Compute
import DataFiles
import Goldens
import LanguageModeling
import NeuralNetwork
import ScratchFiles
import TensorFiles
import Testing

struct ModelFileTests {
  private let scratch: ScratchDirectory
  private let test: TestModel<CPUDevice>

  init() throws {
    scratch = try ScratchDirectory()
    test = TestModel(
      try ModelConfiguration(
        vocabularySize: 9, embeddingSize: 3, hiddenSize: 4, layers: 2, peepholes: true, tied: true), seed: 5)
  }

  private func writer(_ metadata: [(name: String, value: String)] = []) -> TensorFileWriter {
    ModelFile.writer(of: test.network, values: test.weights.values, metadata: metadata, on: test.device)
  }

  private func refusal(_ name: String) -> DataError? {
    #expect(throws: DataError.self) { try ModelFile(path: scratch.path(name)).model(on: CPUDevice()) }
  }

  @Test func aModelComesBackWhole() throws {
    let path = scratch.path("model")
    try writer([("longhand.note", "two\nlines")]).write(replacing: path)
    let file = try ModelFile(path: path)
    #expect(file.configuration == test.network.configuration)
    #expect(file.metadata["longhand.note"] == "two\nlines")
    #expect(file.parameterCount == test.network.parameterCount)

    let model = try file.model(on: CPUDevice())
    let values = test.device.allocate(test.network.parameterCount)
    try file.load(into: values, of: test.network, on: test.device)
    let all = test.network.layout.all(of: values)
    #expect(test.device.doubles(all) == test.device.doubles(test.network.layout.all(of: test.weights.values)))
    var (a, b) = (model.initialState(lanes: 1), test.model.initialState(lanes: 1))
    var (logits, expected): ([Float], [Float]) = ([], [])
    model.step([3], state: &a, logits: &logits)
    test.model.step([3], state: &b, logits: &expected)
    #expect(logits == expected)
  }

  @Test func theSameModelIsTheSameBytes() throws {
    try writer([("b", "1"), ("a", "2")]).write(replacing: scratch.path("one"))
    try writer([("a", "2"), ("b", "1")]).write(replacing: scratch.path("two"))
    #expect(try scratch.read("one") == scratch.read("two"))
  }

  @Test func aDamagedFileIsRefused() throws {
    try writer().write(replacing: scratch.path("model"))
    let bytes = try scratch.read("model")
    for place in stride(from: 0, to: bytes.count, by: 97) {
      var damaged = bytes
      damaged[place] ^= 4
      try scratch.write(damaged, to: "damaged")
      #expect(refusal("damaged")?.code == .data)
    }
    for length in [0, 7, 8, 500, bytes.count - 1] {
      try scratch.write(bytes.prefix(length), to: "cut")
      #expect(refusal("cut")?.code == .data)
    }
    #expect(refusal("missing")?.code == .noInput)
  }

  @Test func aFileWithoutAConfigurationIsNoModel() throws {
    var writer = TensorFileWriter(metadata: ["other": "x"])
    writer.add("embedding.weight", shape: [1], [Float(1)])
    try writer.write(replacing: scratch.path("other"))
    let error = refusal("other")
    #expect(error?.code == .data)
    #expect(error?.message.contains("is no Longhand model: it has no longhand.configuration") == true)
  }

  @Test(
    arguments: [("lstm.weight_hh_l1", nil), ("decoder.bias", [3]), ("embedding.weight", [4, 9])]
      as [(String, [Int]?)])
  func aTensorThatIsMissingOrOfAnotherShapeIsNamed(name: String, shape: [Int]?) throws {
    var writer = TensorFileWriter(metadata: ["longhand.configuration": test.network.configuration.json.serialized()])
    for parameter in test.network.layout.parameters {
      guard let shape = parameter.name == name ? shape : parameter.shape else { continue }
      writer.add(parameter.name, shape: shape, [Float](repeating: 0, count: shape.reduce(1, *)))
    }
    try writer.write(replacing: scratch.path("model"))
    let error = refusal("model")
    #expect(error?.code == .data)
    #expect(error?.message.contains("has no \(name) of shape") == true)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func whatIsNotFiniteIsRefused(value: Float) throws {
    let parameter = test.network.layout.parameters[3]
    let view = parameter.view(in: test.weights.values)
    test.device.upload([value], to: view.columns(2..<3))
    try writer().write(replacing: scratch.path("model"))
    let error = refusal("model")
    #expect(error?.code == .data)
    #expect(error?.message.contains("\(parameter.name) has a number that is not finite") == true)
  }

  @Test(arguments: ["", "{", "[]", "{\"layers\":1}"])
  func aConfigurationThatIsNoneIsRefused(text: String) throws {
    try writer([("longhand.configuration", text)]).write(replacing: scratch.path("model"))
    #expect(refusal("model")?.code == .data)
  }
}
