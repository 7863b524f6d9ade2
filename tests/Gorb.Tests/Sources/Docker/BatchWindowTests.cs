using System.Diagnostics;
using Gorb.Sources.Docker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gorb.Tests.Sources.Docker;

/// <summary>Containers that start together are declared together.</summary>
public sealed class BatchWindowTests : IDisposable
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(100);

    private readonly ManualTime _time = new();
    private readonly FakeEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Start_OfFiftyContainers_IsOneDeclaration()
    {
        using var gorb = new FakeGorb();
        using var link = Link(gorb.Url);
        await link.StartAsync(TestContext.Current.CancellationToken);
        await EventuallyAsync(() => gorb.Declarations.Count == 1);
        var names = Enumerable.Range(0, 50).Select(number => $"m{number}").ToList();

        _engine.Have([.. names.Select((name, number) => Containers.Web(name, [$"{8000 + number}:80/tcp"], ("gorb.vip", "10.9.0.100")))]);
        names.ForEach(name => _engine.Happen(name, "start"));
        await EventuallyAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            return gorb.Declarations.Count > 1;
        });
        await link.StopAsync(TestContext.Current.CancellationToken);

        gorb.Declarations.Should().HaveCount(2);
        names.Should().OnlyContain(name => gorb.Declarations.Last().Contains($"\"{name}-80", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kill_OfAContainer_DoesNotWait()
    {
        _engine.Have(Containers.Web("a", ["8001:80/tcp"], ("gorb.vip", "10.9.0.100")));
        using var gorb = new FakeGorb();
        using var link = Link(gorb.Url);
        await link.StartAsync(TestContext.Current.CancellationToken);
        await EventuallyAsync(() => gorb.Declarations.Count == 1);
        gorb.Services = """{"acme-web-1.2-80-tcp": {"source": "docker/host1", "host": "10.9.0.100", "port": 80, "backends": {"a-8001-tcp": {}}}}""";

        _engine.Happen("a", "kill", SignalName.Term);

        await EventuallyAsync(() => gorb.Declarations.Count == 2);
        gorb.Declarations.Last().Should().Contain("\"drain\":true");
        await link.StopAsync(TestContext.Current.CancellationToken);
    }

    private IHost Link(Uri gorb)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddDockerLink(new DockerLinkOptions { Gorbs = [gorb], Device = "lo", Resync = TimeSpan.FromHours(1), Rules = Containers.AnyVip });
        builder.Services.AddSingleton<IEngine>(_engine);
        return builder.Build();
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            clock.Elapsed.Should().BeLessThan(LongEnough);
            await Task.Yield();
        }
    }
}
