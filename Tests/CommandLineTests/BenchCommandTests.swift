import DataFiles
import Testing

@Suite struct BenchCommandTests {
  @Test(
    "The measurements take the same options and say the same figures",
    arguments: [
      ["sample", "--batch", "1"], ["sample", "--batch", "3", "--weights", "int8"], ["score", "--batch", "5"],
      ["train", "--batch", "5"], ["train", "--batch", "5", "--softmax", "adaptive"],
      ["train", "--batch", "5", "--softmax", "sampled", "--softmax-samples", "10"],
    ])
  func contract(_ arguments: [String]) async throws {
    let outcome = try await Command().run(
      ["bench"] + arguments + [
        "--vocabulary", "20", "--embedding", "8", "--hidden", "16", "--layers", "2", "--window", "9", "--threads", "2",
        "--seconds", "0.05", "--json",
      ] + (arguments.contains("--weights") ? [] : ["--precision", "bf16"]))
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let json = try outcome.json
    for key in ["tokens_per_second", "gflops", "peak_bytes"] {
      #expect((json[key]?.doubleValue ?? json[key]?.intValue.map(Double.init) ?? 0) > 0, "\(key)")
    }
    let names = json.objectValue?.map(\.name) ?? []
    #expect(names.contains("steps") || names.contains("batches"))
  }

  @Test("A large product is measured")
  func product() async throws {
    let outcome = try await Command().run(
      ["bench", "product", "--size", "33", "--threads", "2", "--seconds", "0.01", "--json"])
    let gflops = try outcome.json["gflops"]?.doubleValue ?? 0
    #expect(outcome.status == 0 && gflops > 0)
  }

  @Test(
    "Sizes that cannot be are refused",
    arguments: [
      ["sample", "--batch", "0"], ["sample", "--threads", "0"], ["score", "--batch", "1", "--threads", "2"],
      ["score", "--window", "0"], ["sample", "--weights", "f16"], ["score", "--precision", "int8"],
      ["sample", "--hidden", "0"], ["train", "--batch", "0"], ["train", "--window", "99999999999999"],
      ["train", "--batch", "65536", "--window", "65536"], ["product", "--size", "0"], ["product", "--threads", "-1"],
      ["product", "--seconds", "nan"], ["train", "--seconds", "inf"],
      ["train", "--softmax", "adaptive", "--softmax-cutoffs", "65"],
      ["sample", "--weights", "int8", "--precision", "bf16"], ["sample", "--hidden", "60000", "--layers", "64"],
      ["score", "--vocabulary", "268435456", "--embedding", "65536", "--hidden", "8"],
      ["train", "--softmax", "sampled", "--softmax-samples", "33"], ["score", "--seconds", "-1"],
    ])
  func refused(_ arguments: [String]) async throws {
    let seconds = arguments.contains("--seconds") ? [] : ["--seconds", "0.01"]
    let outcome = try await Command().run(["bench"] + arguments + seconds)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
  }
}
