import Testing

@testable import UnicodeText

@Suite("What normalization knows of each scalar")
struct NormalizationTableTests {
  @Test(
    "Quick-check values are those of DerivedNormalizationProps.txt, classes those of DerivedCombiningClass.txt",
    arguments: [
      (NormalizationForm.nfc, "NFC_QC"), (.nfd, "NFD_QC"), (.nfkc, "NFKC_QC"), (.nfkd, "NFKD_QC"),
    ])
  func quickCheck(form: NormalizationForm, property: String) throws {
    let table = NormalizationTable.shared(form: form, caseMapping: .keep)
    var values: [UInt32: String] = [:]
    for (scalars, fields) in try UnicodeData.entries(of: "DerivedNormalizationProps.txt") where fields[0] == property {
      for scalar in scalars { values[scalar] = fields[1] }
    }
    var classes: [UInt32: UInt8] = [:]
    for (scalars, fields) in try UnicodeData.entries(of: "extracted/DerivedCombiningClass.txt") {
      for scalar in scalars { classes[scalar] = UInt8(fields[0]) }
    }
    try #require(values.count > 900 && classes.count > 280_000)
    let wrong = UnicodeData.scalars.filter { scalar in
      let trait = table.traits[scalar.value]
      let value = trait.composesBackward ? "M" : trait.changes ? "N" : "Y"
      let hasClass = value == "N" || trait.combiningClass == classes[scalar.value] ?? 0
      return value != values[scalar.value] ?? "Y" || !hasClass
    }
    #expect(wrong == [])
  }

  @Test("Boundaries are those of ICU", arguments: NormalizationForm.allCases.filter { $0 != .none })
  func boundaries(form: NormalizationForm) {
    let table = NormalizationTable.shared(form: form, caseMapping: .keep)
    let wrong = UnicodeData.scalars.filter { scalar in
      table.traits[scalar.value].isBoundary != Oracle.hasBoundary(before: scalar, form)
    }
    #expect(wrong == [])
  }

  @Test("The table is that of the form and the case mapping, and is made once", arguments: CaseMapping.allCases)
  func sharing(mapping: CaseMapping) {
    for form in NormalizationForm.allCases {
      let tables = (0..<2).map { _ in NormalizationTable.shared(form: form, caseMapping: mapping) }
      #expect(tables.allSatisfy { $0.form == form && $0.caseMapping == mapping })
      #expect(tables[0].decompositions == tables[1].decompositions)
    }
  }
}
