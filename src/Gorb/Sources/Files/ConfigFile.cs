using System.Security.Cryptography;
using Gorb.Documents;
using Gorb.Ipvs.Files;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Writer;

namespace Gorb.Sources.Files;

/// <summary>The configuration file (<c>--config</c>).</summary>
/// <param name="Path">Its path, or null for none.</param>
/// <param name="Source">The source that it is.</param>
internal sealed record ConfigPath(string? Path, string Source);

/// <summary>
/// Declares the configuration file as a source of its own ("file", in a cluster "file/DIRECTOR"): at the start, when its content changes, and at SIGHUP. An invalid file changes nothing, and the log names the errors.
/// An invalid file is retried when it changes, and every 10 s, because a host name may resolve by then. Other failures (kernel, disk) are retried at the next poll.
/// </summary>
internal sealed partial class ConfigFile(ConfigPath config, ConfigReader reader, ITableWriter tableWriter, SourceLog log, TimeProvider time, ILogger<ConfigFile> logger) : BackgroundService
{
    /// <summary>The polling interval. Gorb polls instead of using file events because files are replaced in many ways: overwritten, renamed, or behind a symbolic link.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>The retry interval for an unchanged invalid file. It is longer than the polling interval because reading a large file uses all processors.</summary>
    private static readonly TimeSpan RefusedPeriod = TimeSpan.FromSeconds(10);

    private readonly ChangeOrigin _origin = new(Actors.File, config.Source);

    private readonly RepeatFilter _repeats = new();
    private FileStatus? _applied;
    private FileStatus? _last;
    private byte[] _appliedHash = [];
    private bool _isAsked = true;
    private (FileStatus? Status, long At)? _refused;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (config.Path is not null && !tableWriter.IsShared) // the table of a cluster may come late, and the API tells of it
        {
            await tableWriter.Started.WaitAsync(cancellationToken);
            await PollAsync(cancellationToken); // before the API answers
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Makes the next poll apply the file even if it has not changed.</summary>
    public void AskForRead() => Volatile.Write(ref _isAsked, true);

    /// <summary>Applies the file if it has changed since it was last applied and is unchanged since the last poll. A file that is still being written may be half a
    /// document, and the missing half would be removed from the table.</summary>
    /// <exception cref="OperationCanceledException">The call was canceled. All other failures are logged.</exception>
    public async Task PollAsync(CancellationToken cancellationToken)
    {
        if (tableWriter.RefusedWrites is not null)
        {
            return; // the log has the reason; the file is read when the cluster's table can be changed
        }

        try
        {
            var isAsked = Interlocked.Exchange(ref _isAsked, false);
            var status = FileStatus.Of(config.Path!);
            var isStill = status == _last;
            _last = status;
            _applied = isAsked ? null : _applied; // so a failure is retried at the next poll
            if (isAsked || (isStill && status != _applied && !IsRefused(status)))
            {
                _refused = null;
                await ApplyAsync(status, cancellationToken);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested) // a failure here must not end the daemon
        {
            _refused = error is RequestException { Refusal: Refusal.Invalid } ? (_last, time.GetTimestamp()) : null;
            Report(error);
        }
    }

    private bool IsRefused(FileStatus? status) => _refused is { } refused && refused.Status == status && time.GetElapsedTime(refused.At) < RefusedPeriod;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (config.Path is null)
        {
            await RenounceAsync(stoppingToken);
            return;
        }

        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await PollAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            return; // the daemon is stopping
        }
    }

    /// <summary>Ends the inheritance of an upgrade. After an upgrade, the source "file" inherits the objects of "api"; a daemon without a file has no use for that.</summary>
    private async Task RenounceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tableWriter.Started.WaitAsync(cancellationToken);
            if (tableWriter.Current.Declarations.Sources.GetValueOrDefault(config.Source) is { Inherited: not null })
            {
                await tableWriter.ChangeAsync(_origin, transaction => transaction.Forget(config.Source));
            }
        }
        catch (Exception error) when (error is RequestException or OperationCanceledException)
        {
            return; // the daemon is stopping, or the next start tries again
        }
    }

    private async Task ApplyAsync(FileStatus? status, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllBytesAsync(config.Path!, cancellationToken);
        if (FileStatus.Of(config.Path!) != status)
        {
            return; // the file changed during the reading
        }

        var hash = SHA256.HashData(text);
        if (!IsOnlyTouched(status) || !hash.AsSpan().SequenceEqual(_appliedHash))
        {
            await ApplyAsync(text, cancellationToken);
            _appliedHash = hash;
            LogApplied(config.Path!, tableWriter.Current.Services.Count);
        }

        _applied = status;
        _repeats.End();
    }

    /// <summary>True when the file has the modification time and length of the applied one. Either only metadata changed (permissions, a hard link), or a tool that gives all
    /// files the same time swapped a link. The hash of the content then decides.</summary>
    private bool IsOnlyTouched(FileStatus? status) => _applied is { } applied && status?.Written == applied.Written && status?.Length == applied.Length;

    private async Task ApplyAsync(byte[] text, CancellationToken cancellationToken)
    {
        if (text.LongLength > ConfigDocument.MaxBytes)
        {
            throw RequestException.Invalid(new Problem(null, null, $"it has {text.LongLength} bytes; {ConfigDocument.MaxBytes} are allowed"));
        }

        await log.NoteAsync(config.Source, () => DeclareAsync(text, cancellationToken));
    }

    /// <summary>Declares the file, and returns what it says that it leaves out.</summary>
    private async Task<IReadOnlyList<string>> DeclareAsync(byte[] text, CancellationToken cancellationToken)
    {
        using var document = ConfigDocument.Read(text, cancellationToken);
        var options = new ConfigOptions(Prune: true, KeepWeights: false, config.Source);
        IReadOnlyList<string> refused = [];
        await document.UseAsync(
            async hosts =>
            {
                var draft = reader.Read(document.Root, hosts, options, tableWriter.Current, cancellationToken);
                refused = draft.Refused;
                Report(await DocumentChange.ApplyAsync(reader, draft, tableWriter, _origin, static _ => static _ => true, cancellationToken));
            },
            cancellationToken);
        return refused;
    }

    private void Report(IReadOnlyList<SourceConflict> conflicts)
    {
        foreach (var conflict in conflicts)
        {
            LogConflict(config.Path!, conflict.Service, conflict.Backend is { } backend ? $"/{backend}" : "", conflict.Problem);
        }
    }

    /// <summary>Logs a failure, once until its text changes.</summary>
    private void Report(Exception error)
    {
        var problems = error is RequestException { Problems: { Count: > 0 } all }
            ? string.Join("; ", all.Select(problem => $"{(problem.Place is { } place ? $"{place}: " : "")}{(problem.Field is null ? "" : $"{problem.Field} ")}{problem.Text}"))
            : error.Message;
        if (_repeats.IsNew(problems))
        {
            LogRefused(config.Path!, problems, error is RequestException or IOException or UnauthorizedAccessException ? null : error);
        }
    }

    [LoggerMessage(1030, LogLevel.Information, "{Path} is declared; the table has {Services} services now")]
    private partial void LogApplied(string path, int services);

    [LoggerMessage(1032, LogLevel.Warning, "{Path}: {Service}{Backend} waits: {Problem}")]
    private partial void LogConflict(string path, string service, string backend, string problem);

    [LoggerMessage(1031, LogLevel.Error, "{Path} changes nothing: {Problems}")]
    private partial void LogRefused(string path, string problems, Exception? unexpected);
}
