using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Tests.Writer;

/// <summary>The order in which the writer takes requests, and their number per batch.</summary>
public sealed class MailboxTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private readonly Mailbox _mailbox = new();

    public void Dispose() => _mailbox.Dispose();

    [Fact]
    public void TryTake_GivesWhatWasPosted_InOrder_AndNoMoreThanAsked()
    {
        var posted = Post(3);

        Take(max: 2).Should().Equal(posted[..2]);
        _mailbox.IsEmpty.Should().BeFalse();
        Take(max: 2).Should().Equal(posted[2..]);
        _mailbox.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Close_LeavesWhatWasPosted_AndTakesNoMore()
    {
        Post(1);
        _mailbox.Close();

        _mailbox.TryPost(new Request(new ChangeOrigin("test"), static _ => { })).Should().BeFalse();
        Take().Should().HaveCount(1);
        Take().Should().BeNull();
    }

    [Fact]
    public async Task TryTake_WithPatience_WaitsForTheExpected()
    {
        var taking = Task.Run(() => Take(expected: 3, maxWait: Long));
        Post(3);

        (await taking).Should().HaveCount(3);
    }

    [Fact]
    public async Task TryTake_WithNothingThere_WaitsForTheFirst()
    {
        var taking = Task.Run(() => Take());
        Post(1);

        (await taking).Should().HaveCount(1);
    }

    [Fact]
    public void TryTake_WithThePatienceOver_TakesWhatIsThere()
    {
        Post(1);

        Take(expected: 3, maxWait: TimeSpan.FromMilliseconds(1)).Should().HaveCount(1);
    }

    [Fact]
    public async Task Close_EndsEveryWait()
    {
        var taking = Task.Run(() => Take(expected: 3, maxWait: Long));
        _mailbox.Close();

        (await taking).Should().BeNull();
    }

    [Fact]
    public void Pace_WaitsForAsMuchAsCameBefore_AFewTimesAsLongAsTheCommitTook_CountedFromItsEnd()
    {
        var clock = new ManualTime();
        var pace = new BatchWindow(clock);
        pace.Begin();
        clock.Advance(TimeSpan.FromMilliseconds(2));
        pace.End(8);

        clock.Advance(TimeSpan.FromMilliseconds(5));
        (pace.Expected, pace.MaxWait).Should().Be((8, TimeSpan.FromMilliseconds(3)));
        clock.Advance(TimeSpan.FromMilliseconds(4));
        pace.MaxWait.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Pace_AfterALongCommit_IsNotLong()
    {
        var clock = new ManualTime();
        var pace = new BatchWindow(clock);
        pace.Begin();
        clock.Advance(TimeSpan.FromSeconds(2));
        pace.End(8);

        pace.MaxWait.Should().Be(TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public void Pace_AfterARequestThatCameAlone_DoesNotWait()
    {
        var clock = new ManualTime();
        var pace = new BatchWindow(clock);
        pace.Begin();
        clock.Advance(TimeSpan.FromMilliseconds(5));
        pace.End(1);

        pace.MaxWait.Should().Be(TimeSpan.Zero);
    }

    private Request[] Post(int count)
    {
        Request[] requests = [.. Enumerable.Range(0, count).Select(_ => new Request(new ChangeOrigin("test"), static _ => { }))];
        foreach (var request in requests)
        {
            _mailbox.TryPost(request).Should().BeTrue();
        }

        return requests;
    }

    private List<Request>? Take(int max = 100, int expected = 1, TimeSpan maxWait = default) =>
        _mailbox.TryTake(max, expected, maxWait, out var requests) ? requests : null;
}
