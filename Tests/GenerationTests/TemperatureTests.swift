import DataFiles
import Foundation
import Generation
import Testing

struct TemperatureTests {
  /// p^2 of 1/2, 1/4, 1/4 is 4 : 1 : 1, and the square root √2 : 1 : 1.
  @Test(arguments: [(0.5, 2), (1, 1), (2, 0.5)] as [(Double, Double)])
  func distancesAreDivided(temperature: Double, bits: Double) throws {
    let left = processed(logits([0.5, 0.25, 0.25]), by: try Temperature(temperature))
    #expect(abs(Double(left[0] - left[1]) - bits * M_LN2) < 1e-6)
    #expect(left[1] == left[2])
  }

  @Test(arguments: [Double.leastNonzeroMagnitude, 1e-300, 1e-9])
  func coldIsGreedy(temperature: Double) throws {
    let left = processed([3, 100, -1, 100, -.infinity], by: try Temperature(temperature))
    #expect(left[1] == 0 && left[3] == 0)
    #expect(left[0] < -1e10 && left[2] < -1e10 && left[4] == -.infinity)
  }

  @Test func hotIsUniform() throws {
    let left = processed([3, 100, -1, -.infinity], by: try Temperature(1e308))
    #expect(left == [0, 0, 0, -.infinity])
  }

  @Test func nothingLeftStaysSo() throws {
    #expect(processed([-.infinity, -.infinity], by: try Temperature(2)) == [-.infinity, -.infinity])
  }

  @Test(arguments: [0, -1, .nan, .infinity, -0.0])
  func refused(temperature: Double) {
    let error = #expect(throws: DataError.self) { try Temperature(temperature) }
    #expect(error?.code == .usage)
  }
}
