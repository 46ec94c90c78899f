import ScratchFiles
import Testing

@testable import Training

struct RunDirectoryTests {
  @Test func checkpointsAreToldByTheirStepsAndOtherFilesAreLeftAlone() throws {
    let scratch = try ScratchDirectory()
    let run = try RunDirectory(scratch.path("run"))
    let others = [
      "step-000000900-backup.safetensors", "step-.safetensors", "step-1e3.safetensors", "step-7.tokens", "notes",
    ]
    for name in others + ["step-000000090.safetensors", "step-1000000000.safetensors", "step-000000120.safetensors"] {
      _ = try scratch.write([UInt8](), to: "run/checkpoints/\(name)")
    }
    let expected = ["step-1000000000", "step-000000120", "step-000000090"]
    #expect(try run.checkpoints() == expected.map { "\(run.path)/checkpoints/\($0).safetensors" })
    try run.removeCheckpoints(keeping: 1, and: 90)
    #expect(try run.checkpoints() == [expected[0], expected[2]].map { "\(run.path)/checkpoints/\($0).safetensors" })
    try run.removeCheckpoints(after: 90)
    #expect(try run.checkpoints() == ["\(run.path)/checkpoints/step-000000090.safetensors"])
    #expect(try scratch.names(in: "run/checkpoints") == (others + ["step-000000090.safetensors"]).sorted())
  }
}
