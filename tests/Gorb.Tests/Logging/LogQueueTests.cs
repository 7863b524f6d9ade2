using System.Collections.Concurrent;
using System.Text;
using Gorb.Logging;
using Serilog;

namespace Gorb.Tests.Logging;

/// <summary>A slow reader of the log delays no thread that logs.</summary>
public sealed class LogQueueTests
{
    private readonly LogLoss _loss = new();

    [Fact]
    public async Task OutputThatNobodyReads_HoldsUpNobody_AndWhatWasDroppedIsTold()
    {
        using var pipe = new FullPipe();
        using var log = Logger(pipe);
        log.Information("first");
        await pipe.Reached; // the writing thread holds the line and is blocked

        for (var i = 0; i < 5000; i++)
        {
            log.Information("line {Number}", i);
        }

        _loss.Lines.Should().Be(5000 - 4096);

        pipe.Drain();
        await pipe.SeesAsync("904 log lines were dropped");
        await pipe.SeesAsync("line 4095");
        pipe.Lines.Should().Contain(line => line.EndsWith("line 4095")).And.NotContain(line => line.EndsWith("line 4096"));
    }

    [Fact]
    public async Task OutputThatFails_IsToldWhenItWorksAgain()
    {
        using var pipe = new FullPipe { IsBroken = true };
        using var log = Logger(pipe);
        log.Information("lost");
        await pipe.Reached;
        pipe.IsBroken = false;
        pipe.Drain();

        log.Information("written");

        await pipe.SeesAsync("1 log lines were dropped");
    }

    [Fact]
    public async Task End_IsNotHeldUp()
    {
        using var pipe = new FullPipe();
        var log = Logger(pipe);
        log.Information("first");
        await pipe.Reached;

        log.Dispose(); // must not block

        pipe.Lines.Should().BeEmpty();
    }

    [Fact]
    public async Task End_WritesWhatWaits()
    {
        using var pipe = new FullPipe();
        pipe.Drain();
        var log = Logger(pipe);
        for (var i = 0; i < 1000; i++)
        {
            log.Information("line {Number}", i);
        }

        await log.DisposeAsync();

        pipe.Lines.Should().HaveCount(1000);
    }

    [Theory]
    [InlineData(false, "found ten")]
    [InlineData(true, "\"Found\":\"ten\"")]
    public async Task DeferredText_IsMadeOnTheLogsThread_AndAnEmptyOneLeavesTheLineOut(bool json, string expected)
    {
        using var pipe = new FullPipe();
        pipe.Drain();
        var configuration = new LoggerConfiguration();
        DaemonLog.Configure(configuration, verbose: false, json, _loss, () => pipe);
        var log = configuration.CreateLogger();
        Thread? made = null;

        log.Information("empty {Found}", new DeferredText(static () => ""));
        log.Information("defect {Found}", new DeferredText(static () => throw new InvalidOperationException("it broke")));
        log.Information("found {Found}", new DeferredText(() =>
        {
            made = Thread.CurrentThread;
            return "ten";
        }));
        await log.DisposeAsync();

        made!.Name.Should().Be("log");
        pipe.Lines.Should().HaveCount(2);
        pipe.Lines.First().Should().Contain("it broke");
        pipe.Lines.Last().Should().Contain(expected);
    }

    [Fact]
    public async Task ManyLines_AreAllWritten_InOrder()
    {
        using var pipe = new FullPipe();
        pipe.Drain();
        var log = Logger(pipe);
        for (var i = 0; i < 3000; i++)
        {
            log.Information("line {Number}", i);
            await (i % 500 == 0 ? pipe.SeesAsync($"line {i}") : Task.CompletedTask);
        }

        await log.DisposeAsync();

        pipe.Lines.Select(static line => line[(line.LastIndexOf(' ') + 1)..]).Should().Equal(Enumerable.Range(0, 3000).Select(static i => $"{i}"));
    }

    private Serilog.Core.Logger Logger(Stream pipe) => new LoggerConfiguration().WriteTo.Sink(new LogQueue(new LineFormatter(), () => pipe, _loss)).CreateLogger();

    /// <summary>An output that accepts nothing until it is drained.</summary>
    private sealed class FullPipe : MemoryStream
    {
        private readonly ManualResetEventSlim _drained = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentQueue<string> _lines = [];
        private readonly ConcurrentQueue<(string Text, TaskCompletionSource Came)> _awaited = [];

        /// <summary>Whether writes fail after they were blocked.</summary>
        public volatile bool IsBroken;

        public Task Reached => _reached.Task;

        public IReadOnlyCollection<string> Lines => _lines;

        public void Drain() => _drained.Set();

        public Task SeesAsync(string text)
        {
            var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Enqueue((text, came));
            if (_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
            {
                came.TrySetResult();
            }

            return came.Task;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var isBroken = IsBroken;
            var lines = Encoding.UTF8.GetString(buffer).TrimEnd('\n').Split('\n');
            _reached.TrySetResult();
            _drained.Wait();
            if (isBroken)
            {
                throw new IOException("No space left on device");
            }

            foreach (var line in lines)
            {
                _lines.Enqueue(line);
                foreach (var (_, came) in _awaited.Where(awaited => line.Contains(awaited.Text, StringComparison.Ordinal)))
                {
                    came.TrySetResult();
                }
            }
        }
    }
}
