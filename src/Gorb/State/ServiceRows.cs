using System.Buffers;
using System.Text;
using Gorb.Model;

namespace Gorb.State;

/// <summary>A copy of some rows of the table "service", so that one processor parses them while another reads the next rows.</summary>
internal sealed class ServiceRows
{
    /// <summary>The maximum number of rows for one task.</summary>
    private const int Most = 64;

    private readonly List<(int Name, int Spec, int Backends)> _lengths = new(Most);
    private byte[] _text = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _length;

    public bool IsFull => _lengths.Count == Most;

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> spec, ReadOnlySpan<byte> backends)
    {
        Append(name);
        Append(spec);
        Append(backends);
        _lengths.Add((name.Length, spec.Length, backends.Length));
    }

    /// <summary>Parses the rows. Call it once: it returns the rows' memory to the pool.</summary>
    /// <param name="later">The changes since each service was last written whole: the current backends, or null for removed ones.</param>
    /// <exception cref="System.Text.Json.JsonException">A row is invalid.</exception>
    public List<Service> Read(Dictionary<string, Dictionary<string, Backend?>> later)
    {
        ReadOnlySpan<byte> rest = _text.AsSpan(0, _length);
        var services = new List<Service>(_lengths.Count);
        foreach (var length in _lengths)
        {
            var name = Encoding.UTF8.GetString(Take(ref rest, length.Name));
            var service = ServiceCodec.Read(name, Take(ref rest, length.Spec));
            var backends = BackendCodec.ReadList(Take(ref rest, length.Backends));
            if (later.TryGetValue(name, out var changes))
            {
                backends.RemoveAll(backend => changes.ContainsKey(backend.Name));
                backends.AddRange(changes.Values.OfType<Backend>());
            }

            services.Add(service with { Backends = Backends.Of(backends) });
        }

        ArrayPool<byte>.Shared.Return(_text);
        _text = [];
        return services;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        if (text.Length > _text.Length - _length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _text.Length, _length + text.Length));
            _text.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_text);
            _text = larger;
        }

        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> text, int length)
    {
        var taken = text[..length];
        text = text[length..];
        return taken;
    }
}
