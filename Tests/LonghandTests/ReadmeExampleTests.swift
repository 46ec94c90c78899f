import Foundation
import Longhand
import ScratchFiles
import Testing

@Suite struct ReadmeExampleTests {
  private static let readme = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("README.md")

  @Test("The example of the README trains, samples and scores")
  func runs() throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    let (text, score) = try readmeExample(corpus: corpus, folder: scratch.path("run"))
    #expect(text.unicodeScalars.count == 200)
    #expect(score.counts.characters == 23)
    #expect(score.tokens == 23)
    #expect((score.bitsPerCharacter ?? 99) < 8)
  }

  @Test(
    "The README shows the very example that is compiled here",
    .enabled(if: FileManager.default.fileExists(atPath: readme.path)))
  func readmeShowsIt() throws {
    let readme = try String(contentsOf: Self.readme, encoding: .utf8)
    let begin = try #require(readme.range(of: "<!-- example -->\n"), "README.md marks where its example begins")
    let end = try #require(readme.range(of: "<!-- /example -->"), "README.md marks where its example ends")
    let source = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("ReadmeExample.swift"), encoding: .utf8)
    #expect(readme[begin.upperBound..<end.lowerBound] == "```swift\n" + source + "```\n")
  }
}
