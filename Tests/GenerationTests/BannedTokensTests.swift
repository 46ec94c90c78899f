import Generation
import Testing

struct BannedTokensTests {
  @Test func bannedTokensAreTakenAway() {
    #expect(kept([1, 2, 3, 4], by: BannedTokens([3, 1, .max, 4])) == [0, 2])
    #expect(kept([1, 2], by: BannedTokens([])) == [0, 1])
    #expect(kept([1, 2], by: BannedTokens([0, 1])) == [])
  }
}
