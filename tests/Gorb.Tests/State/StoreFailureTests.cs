using System.Net;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.State;

/// <summary>The disk is full, and later has space again.</summary>
public sealed class StoreFailureTests : DaemonTest
{
    private readonly BrittleStore _store = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<IStateStore>(_store) };

    [Fact]
    public async Task Put_DiskFull_Is507AndChangesNothing()
    {
        _store.Fails = static _ => true;

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web", """{"host": "10.9.0.100", "port": 80}""");

        answer.StatusCode.Should().Be(HttpStatusCode.InsufficientStorage);
        (await TestDaemon.JsonAsync(answer)).ToString().Should().Contain("is full");
        _daemon.ReadKernel().Should().BeEmpty();
        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Delete_DiskFull_KeepsTheServiceAndWorksLater()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        _store.Fails = static _ => true;

        (await _daemon.SendAsync(HttpMethod.Delete, "/service/web", null)).StatusCode.Should().Be(HttpStatusCode.InsufficientStorage);
        _daemon.ReadKernel().Should().ContainSingle();

        _store.Fails = static _ => false;
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        _daemon.ReadKernel().Should().ContainSingle();
        _store.Leftovers.Should().BeEmpty();
        _store.Services.Should().Equal("web");
    }

    /// <summary>The kernel refuses a change and the store cannot revert its intent: the next commit reverts it.</summary>
    [Fact]
    public async Task Put_RefusedAndNotTakenBack_IsTakenBackLater()
    {
        _daemon.Kernel.Table.Schedulers.Remove("lblcr");
        _store.Fails = static commit => commit is 2 or 3;

        var refused = await _daemon.SendAsync(HttpMethod.Put, "/service/bad", """{"host": "10.9.0.100", "port": 80, "method": "lblcr"}""");
        refused.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        await _daemon.PutAsync("/service/good", """{"host": "10.9.0.100", "port": 81}""");

        _store.Services.Should().Equal("good");
    }

    [Fact]
    public async Task Put_SameAgain_WritesNothing()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        var commits = _store.Commits;

        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

        _store.Commits.Should().Be(commits);
    }
}
