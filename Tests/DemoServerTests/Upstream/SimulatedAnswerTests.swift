import Testing

@testable import DemoServer

@Suite struct SimulatedAnswerTests {
    private func answer(to question: String, texts: [String]? = nil, maxTokens: Int = 1_000) -> SimulatedAnswer {
        SimulatedAnswer(
            to: UpstreamPrompt(model: "m", texts: texts ?? [question], question: question, maxTokens: maxTokens), number: 7)
    }

    @Test(arguments: [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (.max, Int.max / 4 + 1)])
    func `a token is four bytes, rounded up`(bytes: Int, tokens: Int) {
        #expect(SimulatedAnswer.tokens(bytes: bytes) == tokens)
    }

    @Test func `the reply and its counts follow from the prompt`() {
        let answer = answer(to: "Hello", texts: ["Be brief.", "Hello"])
        #expect(answer.text == "Simulated reply to: Hello")
        #expect(answer.inputTokens == 4)  // 14 bytes
        #expect(answer.outputTokens == 7)  // 25 bytes
        #expect(!answer.isCut)
    }

    @Test func `an empty prompt still costs one input token`() {
        #expect(answer(to: "", texts: []).inputTokens == 1)
    }

    @Test(arguments: [1, 2, 5, 6, 7, 8, 1_000, .max])
    func `the reply never exceeds the bound and fills it to the last whole character`(maxTokens: Int) {
        for question in ["Hello", "مرحبا بالعالم", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦", String(repeating: "é", count: 500)] {
            let full = answer(to: question)
            let answer = answer(to: question, maxTokens: maxTokens)
            #expect(answer.outputTokens <= maxTokens)
            #expect(full.text.hasPrefix(answer.text))
            #expect(answer.isCut == (full.outputTokens > maxTokens))
            if answer.isCut {
                let next = full.text.dropFirst(answer.text.count).prefix(1)
                #expect(answer.text.utf8.count + next.utf8.count > maxTokens * 4)
            }
        }
    }

    @Test(arguments: ["", "Hello", "مرحبا بالعالم، كيف حالك اليوم؟", String(repeating: "word ", count: 5_000)])
    func `the pieces of a stream make up the reply and are few`(question: String) {
        let answer = answer(to: question, maxTokens: 1_000_000)
        #expect(answer.pieces.joined() == answer.text)
        #expect(answer.pieces.count <= 65)
    }
}
