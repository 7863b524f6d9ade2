using System.Text.Json.Nodes;
using Gorb.Documents.Yaml;

namespace Gorb.Tests.Documents;

/// <summary>Parsers of YAML 1.1 and of 1.2 read the YAML that Gorb writes as the same values.</summary>
public sealed class ForeignYamlTests
{
    private static readonly Func<IReadOnlyList<string>, IReadOnlyList<JsonNode?>>[] Parsers = [ForeignYaml.ReadWithPyYaml, ForeignYaml.ReadWithYamlPp];

    /// <summary>Texts that some version of YAML, or some library, reads as another type.</summary>
    public static TheoryData<string> Ambiguous =>
    [
        "yes", "No", "on", "OFF", "y", "N", "true", "False", "~", "null", "Null", "nil", "None", "", "12:30", "190:20:30", "2001:10:20:30:40:50:1:2", "-1:30", "12:30.5", "1_000", "_1", "+5", "-5",
        "007", "0o7", "0x1f", "0b101", "1e3", "1.5", "1.", ".5", "1_0.5", ".inf", "-.Inf", ".NaN", "inf", "nan", "1,000", "2026-11-27", "2026-11-27T12:30:00Z", "2026-11-27 12:30:00 +1", "<<", "=",
        "- x", "-", "? x", "x: y", "x:", ":x", "x #y", "#y", " x", "x ", "a  b", "&x", "*x", "!x", "|", ">", "%x", "@x", "`x", "'x'", "\"x\"", "[x]", "{x}", "x,y", "x]", "---", "...", "--- x",
        "two\nlines", "\n", "tab\tbed", "\r", "\u0001", "\u007F", "\u0085", "\u00A0", "\u2028", "\u202E", "\uFEFF", "\uFEFFx", "\uE000", "\\", "a\\b", "é", "🦦", "\U000E0001", "fd00::", "fd00:9::100", "10.9.0.100", "10.9.0.21-80", "5s", "30%",
    ];

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public void Write_AmbiguousText_IsThatTextToEveryone(string text)
    {
        var value = new JsonObject { [text] = text, ["list"] = new JsonArray(text, new JsonArray(text), new JsonObject { [text] = text }) };

        ShouldBeTheSame([value]);
    }

    [Fact]
    public void Write_RandomTables_AreTheSameToEveryone()
    {
        var random = new Random(36);

        ShouldBeTheSame([.. Enumerable.Range(0, 500).Select(_ => new JsonObject { ["services"] = Next(random, 0) })]);
    }

    [Fact]
    public void Write_LongKeysAndOddNumbers_AreTheSameToEveryone() => ShouldBeTheSame(
    [
        new JsonObject { [new string('k', 1500)] = new JsonObject { [new string('é', 999)] = 1, [new string('\u0001', 500)] = new JsonArray(1, 2) } },
        new JsonObject { ["a"] = JsonNode.Parse("1e20"), ["b"] = JsonNode.Parse("1.5E-7"), ["c"] = JsonNode.Parse("-0.25"), ["d"] = JsonNode.Parse("9007199254740993"), ["e"] = JsonNode.Parse("2E+3") },
    ]);

    private static void ShouldBeTheSame(IReadOnlyList<JsonObject> values)
    {
        var documents = values.Select(YamlWriter.Write).ToList();
        foreach (var parser in Parsers)
        {
            var read = parser(documents);
            read.Should().HaveCount(values.Count);
            for (var i = 0; i < values.Count; i++)
            {
                JsonNode.DeepEquals(read[i], values[i]).Should().BeTrue("{0} was written as\n{1}and read by {2} as {3}", values[i].ToJsonString(), documents[i], parser.Method.Name, read[i]?.ToJsonString());
            }
        }
    }

    private static JsonNode? Next(Random random, int depth) => random.Next(depth > 3 ? 6 : 9) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(),
        < 6 => Text(random),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Next(random, depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(5)).Select(i => KeyValuePair.Create($"{Text(random)}{i}", Next(random, depth + 1)))),
    };

    /// <summary>A random text: two ambiguous texts joined, one alone, or some of their characters.</summary>
    private static string Text(Random random)
    {
        var texts = Ambiguous.Select(row => row.Data).ToList();
        return random.Next(3) switch
        {
            0 => texts[random.Next(texts.Count)],
            1 => texts[random.Next(texts.Count)] + texts[random.Next(texts.Count)],
            _ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "0123456789:._-+eExyYnN ,/"[random.Next(25)])),
        };
    }
}
