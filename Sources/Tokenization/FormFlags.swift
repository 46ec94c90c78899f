import Synchronization
import UnicodeText

/// Which normalization forms a corpus is in, as far as it has been read; several threads may look.
final class FormFlags: Sendable {
  private static let forms: [NormalizationForm] = [.nfc, .nfd, .nfkc, .nfkd]

  // A bit for each form that some text is not in.
  private let broken = Atomic<Int>(0)

  /// Notes the forms that a text, which stands by itself, is not in.
  func check(_ text: Span<UInt8>) {
    let known = broken.load(ordering: .relaxed)
    for (place, form) in Self.forms.enumerated() where known & 1 << place == 0 {
      let normalization = TextNormalization(form: form, lineEndings: .keep)
      if !normalization.isHeld(by: text) { broken.bitwiseOr(1 << place, ordering: .relaxed) }
    }
  }

  /// Whether all texts so far are in each form, by its name.
  var held: [(name: String, isHeld: Bool)] {
    let broken = broken.load(ordering: .relaxed)
    return Self.forms.enumerated().map { ($1.rawValue, broken & 1 << $0 == 0) }
  }
}
