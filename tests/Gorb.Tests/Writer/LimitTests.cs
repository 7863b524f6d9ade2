using System.Net;
using Gorb.Cli;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Writer;

/// <summary>The clients together cannot make the table larger than its limits, and the refusal names the limit and its option.</summary>
public sealed class LimitTests : DaemonTest
{
    private Limits _limits = new() { Services = 2, Backends = 3, Checks = 5, Sources = 2 };

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, State = _file.Path, Limits = _limits };

    private protected override async Task PrepareAsync()
    {
        await _daemon.PutAsync("/service/web", Host(100));
        await _daemon.PutAsync("/service/mail", Host(101));
        await _daemon.PutAsync("/service/web/b1", Host(21));
        await _daemon.PutAsync("/service/web/b2", Host(22));
        await _daemon.PutAsync("/service/mail/b3", Host(23));
    }

    [Fact]
    public async Task OneServiceTooMany_IsRefused()
    {
        (await RefusalAsync(HttpMethod.Put, "/service/third", Host(102))).Should().Contain("there would be 3 services, and 2 are allowed (--limit services=2)");

        await _daemon.DeleteAsync("/service/mail");
        await _daemon.PutAsync("/service/third", Host(102));
    }

    [Fact]
    public async Task OneBackendTooMany_IsRefused_AndChangesArePossible()
    {
        (await RefusalAsync(HttpMethod.Put, "/service/web/b4", Host(24))).Should().Contain("there would be 4 backends, and 3 are allowed (--limit backends=3)");

        await _daemon.PutAsync("/service/web/b2", Host(25));
        await _daemon.PatchAsync("/service/web/b1", """{"weight": 3}""");
        _daemon.ReadKernel().Sum(entry => entry.Destinations.Count).Should().Be(3);
    }

    [Fact]
    public async Task OneCheckTooMany_IsRefused_WhereverItIsSet()
    {
        const string Three = """{"pulse": [{"type": "tcp"}, {"type": "tcp", "interval": "5s"}, {"type": "http", "args": {"headers": {"a": "\"},{\\{"}}}]}""";

        (await RefusalAsync(HttpMethod.Patch, "/service/web", Three)).Should().Contain("there would be 7 checks, and 5 are allowed (--limit checks=5)");
        await _daemon.PatchAsync("/service/web/b1", Three);
        (await RefusalAsync(HttpMethod.Patch, "/service/web/b2", Three)).Should().Contain("there would be 7 checks");
        await _daemon.PatchAsync("/service/web/b1", """{"pulse": {"type": "none"}}""");
        await _daemon.PatchAsync("/service/web/b2", Three);
    }

    [Fact]
    public async Task OneSourceTooMany_IsRefused()
    {
        _limits = new Limits { Sources = 2 };
        await RestartAsync();
        await _daemon.PutAsync("/config?source=one", Document("one", 102));
        await _daemon.PutAsync("/config?source=two", Document("two", 103));

        (await RefusalAsync(HttpMethod.Put, "/config?source=three", Document("three", 104))).Should().Contain("there would be 3 sources, and 2 are allowed (--limit sources=2)");
        await _daemon.PutAsync("/config?source=two", Document("other", 105));
    }

    [Fact]
    public async Task DocumentThatIsTooLarge_ChangesNothing() =>
        (await RefusalAsync(HttpMethod.Put, "/config?prune=false", "{\"services\": {\"web\": {\"host\": \"10.9.0.100\", \"port\": 80, \"backends\": {\"b4\": " + Host(24) + ", \"b5\": " + Host(25) + "}}}}"))
            .Should().Contain("there would be 5 backends").And.Contain("(--limit backends=3)");

    /// <summary>The limit was lowered: what is there stays, and may shrink.</summary>
    [Fact]
    public async Task TableThatIsTooLarge_IsLoaded_AndDoesNotGrow()
    {
        _limits = new Limits { Services = 1, Backends = 1 };
        await RestartAsync();

        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(2);
        await _daemon.PatchAsync("/service/web/b1", """{"weight": 3}""");
        await _daemon.DeleteAsync("/service/web/b2");
        await RefusalAsync(HttpMethod.Put, "/service/web/b2", Host(22));
    }

    [Theory]
    [InlineData("backends=7", null)]
    [InlineData("backends", "--limit 'backends' is not a name and a number from 1")]
    [InlineData("backends=0", "--limit 'backends=0' is not")]
    [InlineData("backends=-1", "--limit 'backends=-1' is not")]
    [InlineData("fish=7", "The names are services, backends, checks, sources, subscribers, address-connections")]
    public void Option_TakesANameAndANumber(string text, string? error)
    {
        DaemonOptions? options = null;
        var parsed = GorbCommand.Create(
            (read, _) =>
            {
                options = read;
                return Task.FromResult(0);
            },
            static (_, _, _) => Task.FromResult(0)).Parse(["--limit", "services=5", "--limit", text]);

        if (error is null)
        {
            parsed.Invoke();
            options!.Limits.Should().Be(new Limits { Services = 5, Backends = 7 });
        }
        else
        {
            parsed.Errors.Should().ContainSingle().Which.Message.Should().Contain(error);
        }
    }

    private static string Document(string service, int last) => "{\"services\": {\"" + service + "\": " + Host(last) + "}}";

    private static string Host(int last) => $$"""{"host": "10.9.0.{{last}}", "port": 80}""";

    private async Task<string> RefusalAsync(HttpMethod method, string path, string body)
    {
        var before = _daemon.ReadKernel();
        using var answer = await _daemon.SendAsync(method, path, body);
        answer.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        _daemon.ReadKernel().Should().BeEquivalentTo(before);
        return (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("problem").GetString()!;
    }
}
