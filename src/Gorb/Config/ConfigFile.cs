using System.Runtime.InteropServices;
using Gorb.Balancing;

namespace Gorb.Config;

/// <summary>The file to follow (<c>--config</c>), or null for none.</summary>
internal sealed record ConfigPath(string? Path);

/// <summary>
/// Makes a file the wanted table: at the start, when its content changes, and at SIGHUP. A file that is not good changes nothing, and the log says
/// why; what is wrong elsewhere (the kernel, the disk) is tried again.
/// </summary>
internal sealed partial class ConfigFile(ConfigPath config, ConfigReader reader, Balancer balancer, TimeProvider time, ILogger<ConfigFile> logger) : BackgroundService
{
    /// <summary>Files are replaced in many ways (written over, renamed, behind a symbolic link), so the content is looked at, not events.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private FileStamp? _applied;
    private FileStamp? _last;
    private string? _trouble;
    private bool _isAsked = true;
    private PosixSignalRegistration? _signal;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (config.Path is not null)
        {
            _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true; // the default would end the daemon
                Volatile.Write(ref _isAsked, true);
            });
            await balancer.Started.WaitAsync(cancellationToken);
            await LookAsync(cancellationToken); // before the API answers
            await base.StartAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        _signal?.Dispose();
        base.Dispose();
    }

    /// <summary>Applies the file if it changed since that was last done, and is as it was at the last look: what is being written over may be half a
    /// document, which says that the rest is to be removed.</summary>
    /// <exception cref="OperationCanceledException">It was canceled; of whatever else goes wrong the log speaks.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var isAsked = Interlocked.Exchange(ref _isAsked, false);
            var stamp = FileStamp.Of(config.Path!);
            var isStill = stamp == _last;
            _last = stamp;
            _applied = isAsked ? null : _applied; // if it fails now it is tried again
            if (isAsked || (isStill && stamp != _applied))
            {
                await ApplyAsync(stamp, cancellationToken);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested) // one accident must not end the daemon
        {
            Report(error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            return; // the daemon is stopping
        }
    }

    private async Task ApplyAsync(FileStamp stamp, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllBytesAsync(stamp.Path, cancellationToken);
        if (FileStamp.Of(config.Path!) != stamp)
        {
            return; // it changed while it was read
        }

        await ApplyAsync(text, cancellationToken);
        _applied = stamp;
        _trouble = null;
        LogApplied(config.Path!, balancer.Current.Services.Count);
    }

    private async Task ApplyAsync(byte[] text, CancellationToken cancellationToken)
    {
        if (text.LongLength > ConfigText.MostBytes)
        {
            throw RequestException.Invalid(new Problem(null, null, $"it has {text.LongLength} bytes; {ConfigText.MostBytes} are allowed"));
        }

        using var document = ConfigText.Read(text, cancellationToken);
        var options = new ConfigOptions(Prune: true, KeepWeights: false);
        await document.UseAsync(
            hosts => reader.ApplyAsync(reader.Read(document.Root, hosts, options, balancer.Current, cancellationToken), balancer, cancellationToken), cancellationToken);
    }

    /// <summary>Says what is wrong, once as long as it stays the same.</summary>
    private void Report(Exception error)
    {
        var problems = error is RequestException { Problems: { Count: > 0 } all }
            ? string.Join("; ", all.Select(problem => $"{(problem.Place is { } place ? $"{place}: " : "")}{(problem.Field is null ? "" : $"{problem.Field} ")}{problem.Text}"))
            : error.Message;
        if (problems != _trouble)
        {
            _trouble = problems;
            LogRefused(config.Path!, problems, error is RequestException or IOException or UnauthorizedAccessException ? null : error);
        }
    }

    [LoggerMessage(1030, LogLevel.Information, "{Path} is the wanted table now: {Services} services")]
    private partial void LogApplied(string path, int services);

    [LoggerMessage(1031, LogLevel.Error, "{Path} changes nothing: {Problems}")]
    private partial void LogRefused(string path, string problems, Exception? unexpected);

    /// <summary>What tells one content of a file from another without reading it.</summary>
    private sealed record FileStamp(string Path, DateTime Written, long Length)
    {
        /// <param name="path">Where the file is, or a link to it.</param>
        public static FileStamp Of(string path)
        {
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return new FileStamp(file.FullName, file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
        }
    }
}
