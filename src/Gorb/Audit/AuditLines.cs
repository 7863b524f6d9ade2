using System.Buffers;
using Gorb.Model;

namespace Gorb.Audit;

/// <summary>The lines for the audit file. Lines that the disk refuses are kept and written before later ones; changes are refused until then.</summary>
/// <param name="file">The file. It is disposed with this object.</param>
/// <param name="logger">Told when the disk refuses lines, and when it has them all again.</param>
internal sealed partial class AuditLines(AuditFile file, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _unwritten = new();
    private volatile StateException? _fault;

    /// <summary>The path of the file.</summary>
    public string Location => file.Location;

    /// <summary>Makes sure that lines can be written, those that the disk refused before included.</summary>
    /// <exception cref="StateException">They cannot.</exception>
    public void Prepare()
    {
        file.Prepare();
        if (_fault is not null)
        {
            lock (_lock)
            {
                Flush();
            }
        }
    }

    /// <summary>Opens the file anew. When that fails, the former file stays in use.</summary>
    public void Reopen()
    {
        try
        {
            file.Reopen();
        }
        catch (StateException error)
        {
            LogNotReopened(error.Message);
        }
    }

    /// <summary>Runs actions that <see cref="Add"/> lines, and writes all these lines with one flush.</summary>
    /// <exception cref="StateException">The lines cannot be written, and are kept.</exception>
    public void Write(IReadOnlyList<Action> adds)
    {
        lock (_lock)
        {
            foreach (var add in adds)
            {
                add();
            }

            Flush();
        }
    }

    /// <summary>Adds a line, within <see cref="Write"/>.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        _unwritten.Write(line);
        _unwritten.Write("\n"u8);
    }

    public void Dispose() => file.Dispose();

    private void Flush()
    {
        if (_unwritten.WrittenCount == 0)
        {
            return;
        }

        try
        {
            file.Append(_unwritten.WrittenSpan);
            file.Flush();
            _unwritten.ResetWrittenCount();
            if (_fault is not null)
            {
                _fault = null;
                LogWritten();
            }
        }
        catch (StateException error)
        {
            if (_fault?.Message != error.Message)
            {
                LogNotWritten(error.Message);
            }

            _fault = error;
            throw;
        }
    }

    [LoggerMessage(3302, LogLevel.Error, "Changes are refused until they can be recorded: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(3303, LogLevel.Information, "The audit file has all lines again; changes are taken")]
    private partial void LogWritten();

    [LoggerMessage(3304, LogLevel.Error, "The audit goes on in the file that was open before: {Reason}")]
    private partial void LogNotReopened(string reason);
}
