using Gorb.Platform;

namespace Gorb.Tests.Platform;

public sealed class TogetherTests
{
    [Fact]
    public async Task DefectOfOne_EndsAll_AndIsTold()
    {
        var others = new List<CancellationToken>();
        var running = Together.RunAsync(TestContext.Current.CancellationToken, Wait, static _ => Task.FromException(new InvalidOperationException("defect")), Wait);

        await FluentActions.Awaiting(() => running).Should().ThrowAsync<InvalidOperationException>().WithMessage("defect");
        others.Should().HaveCount(2).And.OnlyContain(static other => other.IsCancellationRequested);

        Task Wait(CancellationToken cancel)
        {
            others.Add(cancel);
            return Task.Delay(Timeout.Infinite, cancel);
        }
    }

    [Fact]
    public async Task Cancellation_EndsAll()
    {
        using var end = new CancellationTokenSource();
        var running = Together.RunAsync(end.Token, static cancel => Task.Delay(Timeout.Infinite, cancel), static cancel => Task.Delay(Timeout.Infinite, cancel));

        await end.CancelAsync();

        await FluentActions.Awaiting(() => running).Should().ThrowAsync<OperationCanceledException>();
    }
}
