import Testing

@testable import RateLimit

/// Fields that are reached by number are where the numbers say.
@Suite struct RecordLayoutTests {
    @Test func theOffsetsOfARecordAreThoseOfItsFields() {
        #expect(MemoryLayout<ClientRecord>.offset(of: \.ring) == ClientRecord.ringOffset)
        #expect(MemoryLayout<ClientRecord>.offset(of: \.cursors) == ClientRecord.cursorsOffset)
    }

    @Test func aRecordAndACounterAreACacheLineEach() {
        #expect(MemoryLayout<ClientRecord>.stride == 64)
        #expect(MemoryLayout<SlidingCounter>.stride == 64)
    }
}
