using System.Text;
using System.Text.Json.Nodes;
using Gorb.Documents.Yaml;

namespace Gorb.Tests.Documents;

public sealed class YamlTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: -12", """{"a":-12}""")]
    [InlineData("a: 007", """{"a":7}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 0o17", """{"a":15}""")]
    [InlineData("a: 1.5", """{"a":1.5}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: 10.0.0.1", """{"a":"10.0.0.1"}""")]
    [InlineData("a: no", """{"a":"no"}""")]
    [InlineData("a: True", """{"a":true}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a:", """{"a":null}""")]
    [InlineData("a: 99999999999999999999", """{"a":1E+20}""")]
    [InlineData("1: x", """{"1":"x"}""")]
    [InlineData("a: [1, b, {c: d}]", """{"a":[1,"b",{"c":"d"}]}""")]
    [InlineData("a: |\n  two\n  lines\n", """{"a":"two\nlines\n"}""")]
    [InlineData("# only a comment", "null")]
    public void ToJson_Document_IsWhatTheCoreSchemaSays(string yaml, string json) =>
        Encoding.UTF8.GetString(YamlReader.ToJson(yaml, null, TestContext.Current.CancellationToken).Span).Should().Be(json);

    /// <summary>A search for the position of one member stops there instead of reading a document of 64 MB to its end.</summary>
    [Fact]
    public void ToJson_WhenToldToStop_ReadsNoFurther()
    {
        var seen = new List<string>();

        YamlReader.ToJson("a: 1\nb: 2\nc: 3\nd: [", (path, _) =>
        {
            seen.Add(path);
            return path != "b";
        }, TestContext.Current.CancellationToken);

        seen.Should().Equal("a", "b");
    }

    /// <summary>Every JSON value survives a round trip through YAML.</summary>
    [Fact]
    public void Write_RandomValues_ReadBackTheSame()
    {
        var random = new Random(4672);
        for (var i = 0; i < 500; i++)
        {
            var value = new JsonObject { ["root"] = Next(random, 0) };

            var yaml = YamlWriter.Write(value);

            JsonNode.DeepEquals(JsonNode.Parse(YamlReader.ToJson(yaml, null, TestContext.Current.CancellationToken).Span), value).Should().BeTrue("{0} became {1}", value.ToJsonString(), yaml);
        }
    }

    private static JsonNode? Next(Random random, int depth) => random.Next(depth > 3 ? 5 : 7) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(),
        3 or 4 => Text(random),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Next(random, depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create($"{Text(random)}{i}", Next(random, depth + 1)))),
    };

    private static string Text(Random random)
    {
        string[] parts = ["", " ", "a", "true", "null", "~", "1", "0x1", "-", "#", ": ", "'", "\"", "\n", "\t", "\\", "é", "🦦", "{", "[", "&", "*", "!", "|", ">", "%", "@", "`", ",", "?", "\u0001", "\u2028"];
        return string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => parts[random.Next(parts.Length)]));
    }
}
