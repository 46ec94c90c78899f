import Compute
import Testing

struct ThreadTeamTests {
  @Test func oneThreadIsNoTeam() throws {
    #expect(ThreadTeam(threads: 1) == nil)
    #expect(try #require(ThreadTeam(threads: 3)).threads == 3)
  }

  /// Teams come and go, used or not.
  @Test func teamsAreDismissed() throws {
    var generator = Philox4x32(seed: 50)
    let (x, W) = (Twin.random(1, 64, using: &generator), Twin.random(256, 64, using: &generator))
    let (bias, y) = (Twin.random(1, 256, using: &generator), Twin.random(1, 256, using: &generator))
    let plain = CPUDevice()
    let matrix = plain.inferenceMatrix(W.fast, .float32)
    plain.affine(x.fast, matrix, bias: bias.fast, into: y.fast)
    let expected = y.floats
    for uses in [0, 1, 100] {
      let team = try #require(ThreadTeam(threads: 4))
      let device = CPUDevice(team: team)
      for _ in 0..<uses {
        plain.clear(y.fast)
        device.affine(x.fast, matrix, bias: bias.fast, into: y.fast)
        #expect(y.floats == expected)
      }
    }
  }
}
