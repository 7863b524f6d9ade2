using System.Net.Sockets;
using System.Text;
using Gorb.Neighbors;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Neighbors;

/// <summary>Daemons on one kernel find each other through sockets of this machine.</summary>
public sealed class NeighborWatchTests : IAsyncLifetime
{
    private readonly string _prefix = $"gorb-test-{Guid.NewGuid():N}/";
    private readonly ManualTime _time = new();
    private readonly LogLines<NeighborWatch> _log = new();
    private readonly NeighborWatch _watch;

    public NeighborWatchTests() => _watch = new NeighborWatch(new NeighborOptions(_prefix, "API at 127.0.0.1:1"), _time, _log);

    private IEnumerable<string> Warnings => _log.All.Where(static line => line.Level >= LogLevel.Warning).Select(static line => line.Text);

    public async ValueTask InitializeAsync() => await _watch.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _watch.StopAsync(CancellationToken.None);
        _watch.Dispose();
    }

    [Fact]
    public async Task Search_AnotherDaemon_IsNamedWhenItIsThereTwice_AndForgottenWhenItHasEnded()
    {
        using (var other = new NeighborWatch(new NeighborOptions(_prefix, "API at 127.0.0.1:2, state file /two.db"), _time, new LogLines<NeighborWatch>()))
        {
            await other.StartAsync(TestContext.Current.CancellationToken);
            await SearchAsync();
            (_watch.Others.Count, Warnings.Count()).Should().Be((0, 0), "it may be a predecessor that is ending");

            await SearchAsync();
            await SearchAsync();
            _watch.Others.Should().Equal($"process {Environment.ProcessId}, API at 127.0.0.1:2, state file /two.db, since {_time.GetUtcNow():u}");
            Warnings.Should().ContainSingle().Which.Should().StartWith("Another Gorb").And.Contain(_watch.Others.Single());
            await other.StopAsync(TestContext.Current.CancellationToken);
        }

        await SearchAsync();
        _watch.Others.Should().ContainSingle("the kernel's list may miss one");
        await SearchAsync();
        _watch.Others.Should().BeEmpty();
        _log.Texts.Last().Should().StartWith("The other Gorb has ended: ");
    }

    [Fact]
    public async Task Search_PredecessorThatIsEnding_IsNotNamed()
    {
        using (var predecessor = NeighborSocket.Listen(NeighborSocket.NewName(_prefix)))
        {
            var searching = SearchAsync();
            using var visitor = await predecessor.AcceptAsync(TestContext.Current.CancellationToken);
            await visitor.SendAsync(Encoding.UTF8.GetBytes("API at 127.0.0.1:1"));
            visitor.Dispose();
            await searching;
        }

        await SearchAsync();
        await SearchAsync();

        Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Search_TextThatSteersATerminal_IsEscapedAndCut()
    {
        using var hostile = NeighborSocket.Listen(NeighborSocket.NewName(_prefix));
        var searching = SearchAsync();
        using var visitor = await hostile.AcceptAsync(TestContext.Current.CancellationToken);
        await visitor.SendAsync(Encoding.UTF8.GetBytes("\x1b[2Jx\n2026 ERR forged" + new string('x', 100_000)));
        await searching;
        await SearchAsync();

        var told = Warnings.Should().ContainSingle().Subject;
        told.Should().Contain(@"\x1b[2Jx\n2026 ERR forged").And.NotContainAny("\n", "\x1b");
        told.Length.Should().BeLessThan(1000);
    }

    [Fact]
    public async Task Search_ProcessThatDoesNotAnswer_IsGivenUpAndAskedAgain()
    {
        using var silent = NeighborSocket.Listen(NeighborSocket.NewName(_prefix));
        var searching = SearchAsync();
        using var visitor = await silent.AcceptAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(2));
        await searching;
        searching = SearchAsync();
        using var again = await silent.AcceptAsync(TestContext.Current.CancellationToken);
        again.Dispose();
        await searching;

        _watch.Others.Should().BeEmpty();
    }

    /// <summary>Sockets whose names have another form belong to other programs, so the search does not connect to them.</summary>
    [Theory]
    [InlineData("short")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789abcdef\n123456789abcdef")]
    public async Task Search_NameOfAnotherForm_IsIgnored(string rest)
    {
        using var foreign = NeighborSocket.Listen(_prefix + rest);

        await SearchAsync();

        foreign.Poll(TimeSpan.Zero, SelectMode.SelectRead).Should().BeFalse("nobody connected");
    }

    private Task SearchAsync() => _watch.SearchAsync(TestContext.Current.CancellationToken);
}
