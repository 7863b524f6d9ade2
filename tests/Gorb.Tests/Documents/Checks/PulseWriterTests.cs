using System.Text.Json;
using Gorb.Documents;
using Gorb.Documents.Checks;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Tests.Documents.Checks;

public sealed class PulseWriterTests
{
    [Fact]
    public void Write_OneHttpCheck_IsGorbsForm() =>
        PulseWriter.Write([new PulseOptions { Args = new HttpArgs { Path = "/health?x=1&y=<2>" }, Interval = TimeSpan.FromMinutes(1) }])
            .Should().Be("""{"type":"http","interval":"1m","timeout":"2s","rise":2,"fall":3,"args":{"method":"GET","path":"/health?x=1&y=<2>","expect":200}}""");

    public static TheoryData<string> Forms => new(
        """{"type":"none"}""",
        """{"type":"tcp","interval":"250ms","rise":1,"fall":1,"backoff":"1m30s","args":{"host":"::1","port":"81"}}""",
        """{"type":"http","args":{"headers":{"Host":"a.example","X-B":"\"q\""},"expect":["200-299",304],"expect_body":"é","expect_regex":"^ok$"}}""",
        """{"type":"https","args":{"insecure":true,"sni":"a.example"}}""",
        """{"type":"tls","args":{"sni":"a.example"}}""",
        """{"type":"udp","args":{"payload":"a\nb","expect":"pong"}}""",
        """{"type":"dns","args":{"name":"a.example","type":"MX","expect":"x","tcp":true}}""",
        """{"type":"grpc","args":{"service":"s","tls":true,"insecure":true}}""",
        """{"type":"exec","args":{"program":"/bin/true","arguments":["a"],"expect":"0-3"}}""",
        """[{"type":"ping"},{"type":"tcp"}]""");

    [Theory]
    [MemberData(nameof(Forms))]
    public void Write_WhatWasRead_ReadsBackEqual(string json)
    {
        var checks = Read(json);
        var text = PulseWriter.Write(checks);

        Read(text).Should().Equal(checks);
        PulseWriter.Write(Read(text)).Should().Be(text);
    }

    private static ValueList<PulseOptions> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var problems = new ProblemList();
        var checks = new PulseReader(CheckLimits.OfAccepted).Read(document.RootElement, FieldPath.Root.Below("pulse"), problems);
        problems.Should().BeEmpty();
        return checks;
    }
}
