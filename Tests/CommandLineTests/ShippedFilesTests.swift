import DataFiles
import Foundation
import ScratchFiles
import Testing

/// What the repository ships beside the code is what its own commands make.
@Suite struct ShippedFilesTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("Vocab/build makes every vocabulary of Vocab/ again, byte for byte")
  func vocabularies() async throws {
    let command = try Command()
    let built = try await command.shell("sh '\(Self.root.path)/Vocab/build' \"$LONGHAND\" \"$PWD\"")
    #expect(built.status == 0)
    let shipped = try FileManager.default.contentsOfDirectory(atPath: Self.root.appendingPathComponent("Vocab").path)
      .filter { $0 != "build" && $0 != "README.md" }
    #expect(shipped.count == 14)
    for name in shipped {
      let expected = try Data(contentsOf: Self.root.appendingPathComponent("Vocab/\(name)"))
      #expect(Data(try command.directory.read(name)) == expected, "make vocabularies would change \(name)")
    }
  }

  @Test("The table of figures in Corpora/README.md is that of the texts, and the generators keep to their entropies")
  func figures() async throws {
    let figures = try await Command().shell("python3 '\(Self.root.path)/Corpora/figures.py' --check")
    #expect(figures.status == 0, "\(figures.errors)")
    let entropies = try await Command().shell("python3 '\(Self.root.path)/Corpora/generators/check.py'")
    #expect(entropies.status == 0, "\(entropies.text)")
  }

  @Test("The counts of a corpus are those that its table says")
  func counts() async throws {
    let command = try Command()
    let text = Self.root.appendingPathComponent("Corpora/languages/hi.txt").path
    let made = try await command.shell(
      "\"$LONGHAND\" vocab '\(text)' -o v && \"$LONGHAND\" tokenize '\(text)' --vocab v -o t --json")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: text))
    let characters = String(decoding: bytes, as: UTF8.self).unicodeScalars.count
    #expect(made.text.contains("\"characters\":\(characters),\"bytes\":\(bytes.count)"))
  }

  @Test("Every recipe trains, on a text of whatever kind it is for")
  func recipes() async throws {
    let folder = Self.root.appendingPathComponent("Recipes")
    let recipes = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".toml") }
    #expect(recipes.count >= 12)
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    for recipe in recipes {
      let text = try String(contentsOf: folder.appendingPathComponent(recipe), encoding: .utf8)
      let samples = text.contains("softmax-samples") ? ["--softmax-samples", "8"] : []
      // Typed options win: two small steps of each.
      let outcome = try await command.run(
        ["train", "birds.txt", "--config", folder.appendingPathComponent(recipe).path, "--run", recipe, "--json", "-q"]
          + ["--max-steps", "2", "--batch", "4", "--window", "16", "--valid-fraction", "0.2"] + samples)
      #expect(outcome.status == 0, "\(recipe): \(outcome.errors)")
      #expect(try outcome.json["steps"] == .integer(2))
    }
  }

  @Test("A trained model comes to the entropy of the grammar that wrote its text, and not below")
  func entropyIsReached() async throws {
    let command = try Command()
    let trained = try await command.shell(
      """
      python3 '\(Self.root.path)/Corpora/generators/reber.py' --lines 6000 --seed 1 > reber.txt &&
      "$LONGHAND" train reber.txt --run run --hidden 48 --max-steps 600 --batch 16 --window 32 --dropout 0 \
        --learning-rate 0.01 --json --quiet
      """)
    let outcome = try JSONValue(parsing: trained.output)
    let loss = try #require(outcome["validation_loss"]?.doubleValue)
    // 7 ln 2 nats a line of 13 characters; the validation text strays from it by less than 0.01.
    let entropy = 0.373233097224586
    #expect(loss > entropy - 0.015 && loss < entropy + 0.02, "\(loss) nats per character")
  }
}
