using System.Buffers;

namespace Gorb.Audit;

/// <summary>The last lines of the audit, for <c>GET /audit</c>. Most are never read, so they are written only when they are. Thread-safe.</summary>
internal sealed class AuditMemory
{
    /// <summary>The maximum number of lines.</summary>
    public const int MaxLines = 1000;

    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>The number of objects that lines keep alive. Beyond it, the oldest lines are written.</summary>
    private const int MaxObjects = 4000;

    private readonly Lock _lock = new();
    private readonly LinkedList<AuditLine> _lines = [];
    private long _lastId;
    private int _bytes;
    private int _objects;

    /// <summary>True if lines keep too many objects alive, so that <see cref="Compact"/> must be called.</summary>
    public bool IsHeavy => Volatile.Read(ref _objects) > MaxObjects;

    /// <summary>Adds a line and gives it its id; the oldest ones go when there are too many.</summary>
    public void Add(AuditLine line, DateTimeOffset now)
    {
        lock (_lock)
        {
            _lastId = Math.Max(_lastId + 1, (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
            line.Id = _lastId;
            _lines.AddLast(line);
            Count(line);
            Trim();
        }
    }

    /// <summary>Removes a line of which nothing is left to be shown.</summary>
    public void Remove(AuditLine line)
    {
        lock (_lock)
        {
            if (_lines.Remove(line))
            {
                Uncount(line);
            }
        }
    }

    /// <summary>Counts a line anew, whose size has changed.</summary>
    public void Update(AuditLine line) => Update([line]);

    /// <summary>Writes the oldest lines until the others keep few objects alive.</summary>
    public void Compact()
    {
        while (IsHeavy && Snapshot().Find(static line => line.Size.Objects > 0) is { } oldest)
        {
            oldest.Text();
            Update(oldest);
        }
    }

    /// <summary>Returns the lines after one, the oldest first, as a JSON array.</summary>
    /// <param name="since">The id of a line, or 0 for all.</param>
    public ReadOnlyMemory<byte> Read(long since)
    {
        var lines = Snapshot().FindAll(line => line.Id > since);
        var json = new ArrayBufferWriter<byte>(1024);
        json.Write("["u8);
        foreach (var text in lines.Select(static line => line.Text()).Where(static text => text.Length > 0))
        {
            json.Write(json.WrittenCount == 1 ? "\n"u8 : ",\n"u8);
            json.Write(text);
        }

        json.Write("\n]\n"u8);
        Update(lines);
        return json.WrittenMemory;
    }

    private List<AuditLine> Snapshot()
    {
        lock (_lock)
        {
            return [.. _lines];
        }
    }

    private void Update(IEnumerable<AuditLine> changed)
    {
        lock (_lock)
        {
            foreach (var line in changed.Where(static line => line.Counted != default)) // others were dropped meanwhile
            {
                Uncount(line);
                Count(line);
            }

            Trim();
        }
    }

    private void Trim()
    {
        while (_lines.Count > MaxLines || (_bytes > MaxBytes && _lines.Count > 1))
        {
            Uncount(_lines.First!.Value);
            _lines.RemoveFirst();
        }
    }

    private void Count(AuditLine line)
    {
        line.Counted = line.Size;
        _bytes += line.Counted.Bytes;
        _objects += line.Counted.Objects;
    }

    private void Uncount(AuditLine line)
    {
        _bytes -= line.Counted.Bytes;
        _objects -= line.Counted.Objects;
        line.Counted = default;
    }
}
