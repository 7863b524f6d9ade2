using System.Text.Json;
using Gorb.Documents;
using Gorb.Documents.Checks;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;

namespace Gorb.Tests.Documents.Checks;

public sealed class PulseReaderTests
{
    private static readonly FieldPath Path = FieldPath.Root.Below("pulse");

    private readonly ProblemList _problems = new();

    [Fact]
    public void Expression_EndsInTime() => HttpArgsReader.BodyPattern("a").MatchTimeout.Should().Be(TimeSpan.FromSeconds(1), "a large one takes long for each character, though it does not backtrack");

    [Fact]
    public void Read_EmptyObject_IsTcpWithTheDefaults() =>
        Read("{}").Should().Equal(new PulseOptions
        {
            Args = new TcpArgs(),
            Interval = TimeSpan.FromSeconds(5),
            Timeout = TimeSpan.FromSeconds(2),
            Rise = 2,
            Fall = 3,
        });

    /// <summary>GORB defect [V] 1.10: numbers in args, as in GORB's README, made it panic.</summary>
    [Theory]
    [InlineData("""{"type":"http","interval":"1m","args":{"method":"GET","path":"/health","expect":200,"port":8080}}""")]
    [InlineData("""{"type":"http","interval":"1 m","args":{"method":"GET","path":"/health","expect":"200","port":"8080"}}""")]
    [InlineData("""{"type":"HTTP","interval":"1 minute","args":{"method":"","path":"health","expect":[200],"port":8080,"host":null}}""")]
    public void Read_GorbsJson_TakesNumbersAndStrings(string json) =>
        Read(json).Should().Equal(new PulseOptions
        {
            Args = new HttpArgs { Path = "/health", Port = 8080 },
            Interval = TimeSpan.FromMinutes(1),
        });

    [Fact]
    public void Read_ListOfChecks_KeepsThemAllInOrder() =>
        Read("""[{"type":"ping"},{"type":"none"}]""").Select(check => check.Args.Type).Should().Equal("ping", "none");

    [Theory]
    [InlineData("200", "200")]
    [InlineData("[200,204]", "200 204")]
    [InlineData("\"200-299\"", "200-299")]
    [InlineData("\"200, 301-308\"", "200 301-308")]
    [InlineData("[\"302\", \"500-599\"]", "302 500-599")]
    public void Read_Expect_TakesEveryForm(string expect, string ranges) =>
        string.Join(' ', Args<HttpArgs>($$$"""{"type":"http","args":{"expect":{{{expect}}}}}""").Expect).Should().Be(ranges);

    [Fact]
    public void Read_Https_VerifiesByDefault()
    {
        Args<HttpArgs>("""{"type":"https"}""").Trust.Should().Be(new TlsTrust(Insecure: false));
        Args<HttpArgs>("""{"type":"https","args":{"insecure":"true","sni":"web.example"}}""").Trust.Should().Be(new TlsTrust(true, "web.example"));
    }

    [Fact]
    public void Read_Udp_TakesTextAndHex() =>
        Args<UdpArgs>("""{"type":"udp","args":{"payload":"ping","expect_hex":"00FF"}}""")
            .Should().Be(new UdpArgs { Payload = [.. "ping"u8], Expect = [0x00, 0xff] });

    [Fact]
    public void Read_Dns_TakesOneExpectedValueOrSeveral() =>
        Args<DnsArgs>("""{"type":"dns","args":{"name":"web.example","type":"aaaa","expect":["::1","::2"],"tcp":true}}""")
            .Should().Be(new DnsArgs { Name = "web.example", RecordType = "AAAA", Expect = ["::1", "::2"], OverTcp = true });

    [Fact]
    public void Read_Exec_TakesProgramAndArguments() =>
        Args<ExecArgs>("""{"type":"exec","args":{"program":"/bin/true","arguments":["-x",5],"expect":[0,3]}}""")
            .Should().Be(new ExecArgs { Program = "/bin/true", Arguments = ["-x", "5"], Expect = [new(0, 0), new(3, 3)] });

    [Fact]
    public void Read_IntervalBelowTheDefaultTimeout_LowersTheTimeout() =>
        Read("""{"interval":"500ms"}""")[0].Timeout.Should().Be(TimeSpan.FromMilliseconds(500));

    [Theory]
    [InlineData("""{"type":"telnet"}""", "pulse.type", "specified pulse type is unknown: must be one of *")]
    [InlineData("""{"interval":"0s"}""", "pulse.interval", "pulse interval must be positive*")]
    [InlineData("""{"interval":"-5 s"}""", "pulse.interval", "pulse interval must be positive*")]
    [InlineData("""{"interval":"soon"}""", "pulse.interval", "invalid interval format*")]
    [InlineData("""{"interval":"5"}""", "pulse.interval", "invalid interval format*")]
    [InlineData("""{"interval":5}""", "pulse.interval", "invalid interval format*")]
    [InlineData("""{"interval":"1ms"}""", "pulse.interval", "must be at least 100ms")]
    [InlineData("""{"interval":"1s","timeout":"2s"}""", "pulse.timeout", "must not exceed the interval, which is 1s")]
    [InlineData("""{"backoff":"1s"}""", "pulse.backoff", "must not be below the interval, which is 5s")]
    [InlineData("""{"rise":0}""", "pulse.rise", "must be a whole number from 1 to 1000")]
    [InlineData("""{"fall":"three"}""", "pulse.fall", "must be a whole number from 1 to 1000")]
    [InlineData("""{"intervall":"5s"}""", "pulse.intervall", "is not known here; known are args, backoff, *")]
    [InlineData("""{"args":{"path":"/"}}""", "pulse.args.path", "is not known here; known are host, port")]
    [InlineData("""{"type":"none","args":{"x":1}}""", "pulse.args.x", "is not known here; nothing is")]
    [InlineData("""{"args":[]}""", "pulse.args", "must be an object")]
    [InlineData("""{"args":{"port":70000}}""", "pulse.args.port", "must be a whole number from 1 to 65535")]
    [InlineData("""{"args":{"host":"a b"}}""", "pulse.args.host", "must be a name or an IP address")]
    [InlineData("""{"type":"http","args":{"expect":700}}""", "pulse.args.expect", "must be statuses from 100 to 599*")]
    [InlineData("""{"type":"http","args":{"expect":"299-200"}}""", "pulse.args.expect", "must be statuses from 100 to 599*")]
    [InlineData("""{"type":"http","args":{"path":"/a b"}}""", "pulse.args.path", "must be a path*")]
    [InlineData("""{"type":"http","args":{"method":"GE T"}}""", "pulse.args.method", "must be an HTTP method*")]
    [InlineData("""{"type":"http","args":{"headers":{"X":"a\r\nb"}}}""", "pulse.args.headers", "X: must have a value in printable ASCII")]
    [InlineData("""{"type":"http","args":{"expect_regex":"("}}""", "pulse.args.expect_regex", "must be a regular expression*")]
    [InlineData("""{"type":"http","args":{"expect_regex":"(a)\\1"}}""", "pulse.args.expect_regex", "must be a regular expression*")]
    [InlineData("""{"type":"http","args":{"expect_regex":"(((a{1,100}){1,100}){1,100}){1,100}"}}""", "pulse.args.expect_regex", "must be a regular expression*")]
    [InlineData("""{"type":"http","args":{"insecure":true}}""", "pulse.args.insecure", "is not known here*")]
    [InlineData("""{"type":"https","args":{"insecure":"maybe"}}""", "pulse.args.insecure", "must be true or false")]
    [InlineData("""{"type":"udp","args":{"payload_hex":"abc"}}""", "pulse.args.payload_hex", "must be pairs of hexadecimal digits")]
    [InlineData("""{"type":"dns"}""", "pulse.args.name", "is required*")]
    [InlineData("""{"type":"dns","args":{"name":"a..b"}}""", "pulse.args.name", "must be a domain name")]
    [InlineData("""{"type":"grpc","args":{"sni":"a.example"}}""", "pulse.args.tls", "must be true when*")]
    [InlineData("""{"type":"exec","args":{"program":"true"}}""", "pulse.args.program", "must be an absolute path")]
    [InlineData("[]", "pulse", "must hold 1 to 16 checks*")]
    [InlineData("\"tcp\"", "pulse", "must be an object or a list of objects")]
    [InlineData("[{},7]", "pulse[1]", "must be an object")]
    [InlineData("[{},{\"fall\":0}]", "pulse[1].fall", "must be a whole number from 1 to 1000")]
    public void Read_SomethingWrong_NamesTheFieldAndTheRule(string json, string field, string message)
    {
        using var document = JsonDocument.Parse(json);
        new PulseReader(CheckLimits.OfAccepted).Read(document.RootElement, Path, _problems);

        var problem = _problems.Should().ContainSingle().Subject;
        problem.Field.Should().Be(field);
        Message(ProblemList.Tell([problem])[0]).Should().Match(message);
    }

    [Fact]
    public void Read_SeveralThingsWrong_ReportsThemAll()
    {
        using var document = JsonDocument.Parse("""{"type":"http","interval":"x","rise":-1,"args":{"port":0,"pth":"/"},"extra":1}""");
        new PulseReader(new CheckLimits(CheckNetworks.Default, ProgramFault: null)).Read(document.RootElement, Path, _problems);

        _problems.Select(problem => problem.Field).Should().BeEquivalentTo(
            "pulse.interval", "pulse.rise", "pulse.args.port", "pulse.args.pth", "pulse.extra");
    }

    [Fact]
    public void Read_ExecWhenTheDaemonDoesNotAllowIt_IsRefused()
    {
        using var document = JsonDocument.Parse("""{"type":"exec","args":{"program":"/bin/true"}}""");
        new PulseReader(new CheckLimits(CheckNetworks.Default, ProgramFault: null)).Read(document.RootElement, Path, _problems);

        _problems.Should().ContainSingle().Which.Text.Should().StartWith("exec checks are off");
    }

    /// <summary>An unknown member is rejected with the names of the described ones.</summary>
    [Theory]
    [InlineData("none")]
    [InlineData("tcp")]
    [InlineData("http", "Http", "insecure sni")]
    [InlineData("https", "Http")]
    [InlineData("tls", "Tls")]
    [InlineData("udp", "Udp")]
    [InlineData("dns", "Dns")]
    [InlineData("grpc", "Grpc")]
    [InlineData("ping")]
    [InlineData("exec", "Exec")]
    public void Read_OfEveryType_TakesTheArgumentsThatAreDescribed(string type, string? description = null, string without = "")
    {
        using var document = JsonDocument.Parse($$$"""{"type": "{{{type}}}", "args": {"what": 1}}""");
        new PulseReader(CheckLimits.OfAccepted).Read(document.RootElement, Path, _problems);

        string[] described = type == "none" ? [] : [.. Names(ArgsDescription.Endpoint), .. Names(ArgsDescription.All.SingleOrDefault(one => one.Name == description))];
        var known = string.Join(", ", described.Except(without.Split(' ')).Order(StringComparer.Ordinal));
        _problems.Single(problem => problem.Field == "pulse.args.what").Hint.Should().Be(known.Length == 0 ? "nothing is" : $"known are {known}");
    }

    [Fact]
    public void Read_TakesTheMembersThatAreDescribed()
    {
        using var document = JsonDocument.Parse("""{"what": 1}""");
        new PulseReader(CheckLimits.OfAccepted).Read(document.RootElement, Path, _problems);

        _problems.Should().ContainSingle().Which.Hint.Should().Be($"known are {string.Join(", ", Names(PulseDescription.All).Order(StringComparer.Ordinal))}");
    }

    private static IEnumerable<string> Names(IDescription? description) => description?.Members.Select(member => member.Name) ?? [];

    /// <summary>The text of a problem as the API reports it, GORB's text first.</summary>
    private static string Message(Problem problem) => problem.GorbText is { } gorbText ? $"{gorbText}: {problem.Text}" : problem.Text;

    private ValueList<PulseOptions> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var checks = new PulseReader(CheckLimits.OfAccepted).Read(document.RootElement, Path, _problems);
        _problems.Should().BeEmpty();
        return checks;
    }

    private T Args<T>(string json)
        where T : PulseArgs => Read(json).Should().ContainSingle().Which.Args.Should().BeOfType<T>().Subject;
}
