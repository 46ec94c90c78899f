import Fuzzing
@testable import UnicodeText

/// All ways to normalize, for which the tables are made at the start.
private nonisolated(unsafe) let ways: [NormalizationLaws] = NormalizationForm.allCases.flatMap { form in
  CaseMapping.allCases.flatMap { caseMapping in
    LineEndingPolicy.allCases.flatMap { lineEndings in
      InvalidUTF8Policy.allCases.map { policy in
        NormalizationLaws(
          TextNormalization(form: form, caseMapping: caseMapping, lineEndings: lineEndings), invalidUTF8: policy)
      }
    }
  }
}

private nonisolated(unsafe) let segmentation = SegmentationLaws()

/// Normalizes, divides and cuts a text, behind two bytes that choose the way, of 108, and the cuts.
@main
private enum FuzzNormalizer {
  static func main() { drive { fuzz($0, $1) } }
}

private func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count >= 2, let data else { return 0 }
  let way = ways[Int(data[0]) % ways.count]
  // As it was handed over, with nothing behind it that may be read.
  let text = UnsafeBufferPointer(start: data + 2, count: count - 2)
  guard let normalized = way.normalize(text) else {
    segmentation.divideAnyBytes(text)
    return 0
  }
  if !way.keepsBytes {
    require(String(validating: normalized, as: UTF8.self) != nil, "what is normalized is UTF-8")
    require(way.keeps(normalized), "what is normalized stays as it is")
    segmentation.divide(normalized)
  } else {
    segmentation.divideAnyBytes(text)
  }
  way.cut(text, pieceSize: 1 + Int(data[1]) % 48, giving: normalized, way.keepsBytes ? nil : segmentation)
  return 0
}
