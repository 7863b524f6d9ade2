using System.Buffers;

namespace Gorb.Audit;

/// <summary>The last lines of the audit, for <c>GET /audit</c>. Thread-safe.</summary>
internal sealed class AuditMemory
{
    /// <summary>The maximum number of lines.</summary>
    public const int MaxLines = 1000;

    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<(long Id, byte[] Line)> _lines = [];
    private int _bytes;

    /// <summary>Adds a line; the oldest ones go when there are too many.</summary>
    public void Add(long id, byte[] line)
    {
        lock (_lock)
        {
            _lines.Enqueue((id, line));
            _bytes += line.Length;
            while (_lines.Count > MaxLines || (_bytes > MaxBytes && _lines.Count > 1))
            {
                _bytes -= _lines.Dequeue().Line.Length;
            }
        }
    }

    /// <summary>Returns the lines after one, the oldest first, as a JSON array.</summary>
    /// <param name="since">The id of a line, or 0 for all.</param>
    public ReadOnlyMemory<byte> Read(long since)
    {
        var text = new ArrayBufferWriter<byte>(1024);
        text.Write("["u8);
        lock (_lock)
        {
            foreach (var (_, line) in _lines.Where(entry => entry.Id > since))
            {
                text.Write(text.WrittenCount == 1 ? "\n"u8 : ",\n"u8);
                text.Write(line);
            }
        }

        text.Write("\n]\n"u8);
        return text.WrittenMemory;
    }
}
