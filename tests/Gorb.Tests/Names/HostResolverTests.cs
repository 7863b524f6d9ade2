using Gorb.Names;

namespace Gorb.Tests.Names;

public sealed class HostResolverTests : IDisposable
{
    private readonly FakeNameServer _server = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("gorb-names-").FullName;
    private readonly ManualTime _time = new();
    private readonly HostResolver _resolver;

    public HostResolverTests()
    {
        Write("hosts", "127.0.0.1 localhost\n");
        Write("resolv.conf", "nameserver 127.0.0.1\n");
        _resolver = new HostResolver(PathOf("hosts"), PathOf("resolv.conf"), _time, _server.Port);
    }

    public void Dispose()
    {
        _resolver.Dispose();
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task HostsFile_ComesFirst_AndIsReadAgainWhenItChanges()
    {
        _server.Addresses["web.example"] = "10.9.0.1";
        (await FindAsync("web.example")).Should().Be("10.9.0.1");

        Write("hosts", "10.9.0.7\tother WEB.example # ours\n10.9.0.8 web.example\n");

        (await FindAsync("web.example")).Should().Be("10.9.0.7 10.9.0.8");
        _server.Asked.Should().HaveCount(1);
    }

    [Theory]
    [InlineData(false)] // written over in place
    [InlineData(true)] // another file was moved there
    public async Task HostsFile_OfTheSameLengthAndTime_IsReadAgain(bool isReplaced)
    {
        Write("hosts", "10.9.0.7 web.example\n");
        (await FindAsync("web.example")).Should().Be("10.9.0.7");
        var written = File.GetLastWriteTimeUtc(PathOf("hosts"));

        var name = isReplaced ? "next" : "hosts";
        Write(name, "10.9.0.8 web.example\n");
        File.SetLastWriteTimeUtc(PathOf(name), written);
        File.Move(PathOf(name), PathOf("hosts"), overwrite: true);

        (await FindAsync("web.example")).Should().Be("10.9.0.8");
    }

    [Fact]
    public async Task Settings_AreReadAgainWhenTheyChange()
    {
        (await FindAsync("web")).Should().Be("it does not exist");
        _server.Addresses["web.shop.example"] = "10.9.0.1";

        Write("resolv.conf", "nameserver 127.0.0.1\nsearch lan.example shop.example\n");

        (await FindAsync("web")).Should().Be("10.9.0.1");
        _server.Asked.Should().Equal("web", "web.lan.example", "web.shop.example");
    }

    [Theory]
    [InlineData("web", "search a.example", "web.a.example web")]
    [InlineData("web.b", "search a.example", "web.b web.b.a.example")]
    [InlineData("web.b", "search a.example\noptions ndots:2", "web.b.a.example web.b")]
    [InlineData("web.b.", "search a.example\noptions ndots:5", "web.b")]
    [InlineData("web", "domain a.example", "web.a.example web")]
    [InlineData("web", "search a.example\nsearch b.example c.example", "web.b.example web.c.example web")]
    public async Task Names_AreSearchedAsTheSettingsSay(string name, string settings, string asked)
    {
        Write("resolv.conf", $"nameserver 127.0.0.1\n{settings}\n");

        (await FindAsync(name)).Should().Be("it does not exist");

        _server.Asked.Should().Equal(asked.Split(' '));
    }

    [Fact]
    public async Task SecondServer_IsAskedWhenTheFirstCannotSay()
    {
        using var first = new FakeNameServer("127.0.0.2", _server.Port) { Code = 2 }; // SERVFAIL
        Write("resolv.conf", "nameserver 127.0.0.2\nnameserver 127.0.0.1\n");
        _server.Addresses["web.example"] = "10.9.0.1";

        (await FindAsync("web.example")).Should().Be("10.9.0.1");
    }

    [Fact]
    public async Task NameThatDoesNotExist_IsKnownFromTheFirstServer_HoweverSilentTheSecond()
    {
        using var second = new FakeNameServer("127.0.0.2", _server.Port) { IsSilent = true };
        Write("resolv.conf", "nameserver 127.0.0.1\nnameserver 127.0.0.2\n");

        (await FindAsync("no.example")).Should().Be("it does not exist");
    }

    [Fact]
    public async Task Answer_HoldsForItsTime()
    {
        _server.Addresses["web.example"] = "10.9.0.1";
        await FindAsync("web.example");
        _server.Addresses["web.example"] = "10.9.0.2";

        _time.Advance(TimeSpan.FromSeconds(29));
        (await FindAsync("WEB.example")).Should().Be("10.9.0.1");
        _time.Advance(TimeSpan.FromSeconds(2));
        (await FindAsync("web.example")).Should().Be("10.9.0.2");
    }

    [Fact]
    public async Task Ipv6Address_IsFound()
    {
        _server.Addresses["web.example"] = "fd00:9::7";

        (await FindAsync("web.example")).Should().Be("fd00:9::7");
    }

    [Fact]
    public async Task NameThatManyAskFor_IsAskedOnce()
    {
        _server.IsSilent = true;
        var waiting = Enumerable.Range(0, 50).Select(_ => FindAsync("web.example")).ToList();
        SpinWait.SpinUntil(() => !_server.Asked.IsEmpty, TimeSpan.FromSeconds(100)).Should().BeTrue();

        _time.Advance(HostResolver.Timeout);

        (await Task.WhenAll(waiting)).Distinct().Should().Equal("the name server does not answer");
        _server.Asked.Should().HaveCount(1);
    }

    /// <summary>A silent name server must not block the API; getaddrinfo would need a thread per name, and forty names blocked it.</summary>
    [Fact]
    public async Task SilentServer_HoldsNoThread_AndAllWhoWaitAreToldInTime()
    {
        _server.IsSilent = true;

        var waiting = Enumerable.Range(0, 400).Select(i => FindAsync($"n{i}.example")).ToList();

        SpinWait.SpinUntil(() => _server.Asked.Distinct().Count() >= 64, TimeSpan.FromSeconds(20)).Should().BeTrue("so many are asked for at a time");
        ThreadPool.ThreadCount.Should().BeLessThan(64 + Environment.ProcessorCount);
        _time.Advance(HostResolver.Timeout);
        (await Task.WhenAll(waiting)).Distinct().Should().Equal("the name server does not answer");
        _server.Asked.Distinct().Should().HaveCountLessThan(400, "the others' time was over before their turn came");
        (await FindAsync("localhost")).Should().Be("127.0.0.1");
        _server.IsSilent = false;
        _server.Addresses["web.example"] = "10.9.0.1";
        _time.Advance(TimeSpan.FromSeconds(3));
        (await FindAsync("web.example")).Should().Be("10.9.0.1", "it is asked again soon");
    }

    [Fact]
    public async Task KnownName_OutlivesASilentServer()
    {
        _server.Addresses["web.example"] = "10.9.0.1";
        await FindAsync("web.example");
        _time.Advance(TimeSpan.FromMinutes(2));
        _server.IsSilent = true;

        var finding = FindAsync("web.example");
        SpinWait.SpinUntil(() => _server.Asked.Count > 1, TimeSpan.FromSeconds(100)).Should().BeTrue();
        _time.Advance(HostResolver.Timeout);

        (await finding).Should().Be("10.9.0.1");
    }

    [Fact]
    public async Task CallerThatGivesUp_IsLetGo()
    {
        _server.IsSilent = true;
        using var given = new CancellationTokenSource();
        var finding = _resolver.FindAsync("web.example", given.Token).AsTask();
        await given.CancelAsync();

        await FluentActions.Awaiting(() => finding).Should().ThrowAsync<OperationCanceledException>();
    }

    /// <summary>The addresses, or the reason why there are none.</summary>
    private async Task<string> FindAsync(string name)
    {
        try
        {
            return string.Join(' ', await _resolver.FindAsync(name, TestContext.Current.CancellationToken));
        }
        catch (HostNotFoundException error)
        {
            return error.Message;
        }
    }

    private string PathOf(string file) => Path.Combine(_directory, file);

    private void Write(string file, string text) => File.WriteAllText(PathOf(file), text);
}
