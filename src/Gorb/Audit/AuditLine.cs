using System.Text;
using System.Text.Json;
using Gorb.Model.Text;

namespace Gorb.Audit;

/// <summary>
/// A line of the audit. What was changed is kept as references to the objects before and after, until the line is read or too many objects would be kept. Thread-safe.
/// </summary>
internal sealed class AuditLine
{
    /// <summary>The length from which a line is kept in memory without the members that were changed.</summary>
    private const int MaxRemembered = 64 * 1024;

    /// <summary>The length of a line without changes, and what each object adds to it, about.</summary>
    private const int BaseBytes = 256, ObjectBytes = 512;

    private readonly Lock _lock = new();
    private readonly AuditView _view;
    private readonly bool _hasChanges;
    private Func<IReadOnlyList<ObjectDifference>>? _find;
    private IReadOnlyList<ObjectDifference>? _objects;
    private byte[]? _text;

    /// <summary>Creates a line without changes.</summary>
    /// <param name="view">The line without its id.</param>
    public AuditLine(AuditView view) => _view = view;

    /// <param name="view">The line without its id and its changes.</param>
    /// <param name="objects">The objects that were changed.</param>
    public AuditLine(AuditView view, IReadOnlyList<ObjectDifference> objects) => (_view, _hasChanges, _objects) = (view, true, objects);

    /// <param name="view">The line without its id and its changes.</param>
    /// <param name="find">Finds the objects that were changed.</param>
    public AuditLine(AuditView view, Func<IReadOnlyList<ObjectDifference>> find) => (_view, _hasChanges, _find) = (view, true, find);

    /// <summary>Its number. The memory gives it.</summary>
    public long Id { get; set; }

    /// <summary>The bytes and objects that the memory counts for it; for the memory alone.</summary>
    public (int Bytes, int Objects) Counted { get; set; }

    /// <summary>The objects that were changed; none after the line was written.</summary>
    public IReadOnlyList<ObjectDifference> Objects
    {
        get
        {
            lock (_lock)
            {
                if (_find is { } search)
                {
                    (_objects, _find) = (search(), null);
                }

                return _objects ?? [];
            }
        }
    }

    /// <summary>The bytes, estimated while the line is not written, and the objects that are kept for it. A search that was not made counts none.</summary>
    public (int Bytes, int Objects) Size
    {
        get
        {
            lock (_lock)
            {
                return _text is { } text ? (text.Length, 0) : (Math.Min(BaseBytes + (ObjectBytes * (_objects?.Count ?? 0)), MaxRemembered), _objects?.Count ?? 0);
            }
        }
    }

    /// <summary>Returns the line as it is remembered; empty if nothing differs that is shown.</summary>
    public byte[] Text()
    {
        var objects = Objects;
        lock (_lock)
        {
            if (_text is null)
            {
                _text = objects.Count > AuditChanges.MaxDetailed ? WriteBrief(objects) : Shorten(WriteWhole(objects), objects);
                _objects = null;
            }

            return _text;
        }
    }

    /// <summary>Returns the whole line, for the audit file, and remembers it shortened; empty if nothing differs that is shown.</summary>
    public byte[] Whole()
    {
        var objects = Objects;
        var whole = WriteWhole(objects);
        lock (_lock)
        {
            _text ??= objects.Count > AuditChanges.MaxDetailed ? WriteBrief(objects) : Shorten(whole, objects);
            _objects = null;
        }

        return whole;
    }

    private byte[] Shorten(byte[] whole, IReadOnlyList<ObjectDifference> objects) => whole.Length <= MaxRemembered ? whole : WriteBrief(objects);

    private byte[] WriteWhole(IReadOnlyList<ObjectDifference> objects)
    {
        if (!_hasChanges)
        {
            return Write(_view with { Id = Id });
        }

        var changes = AuditChanges.Show(objects);
        return changes.Count == 0 ? [] : Write(_view with { Id = Id, Changes = changes });
    }

    private byte[] WriteBrief(IReadOnlyList<ObjectDifference> objects) => Write(_view with { Id = Id, Changes = AuditChanges.Brief(objects, out var more), More = more });

    private static byte[] Write(AuditView line) => Encoding.UTF8.GetBytes(PlainText.EscapeJson(JsonSerializer.Serialize(line, AuditJson.Plain.AuditView)));
}
