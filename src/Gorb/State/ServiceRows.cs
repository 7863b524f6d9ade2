using System.Buffers;
using System.Text;
using Gorb.Balancing;

namespace Gorb.State;

/// <summary>Some rows of the table of services, copied, so that they are understood on one processor while the next ones are read on another.</summary>
internal sealed class ServiceRows
{
    /// <summary>As many as are worth a task.</summary>
    private const int Most = 64;

    private readonly ArrayBufferWriter<byte> _text = new(64 * 1024);
    private readonly List<(int Name, int Spec, int Backends)> _lengths = new(Most);

    public bool IsFull => _lengths.Count == Most;

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> spec, ReadOnlySpan<byte> backends)
    {
        _text.Write(name);
        _text.Write(spec);
        _text.Write(backends);
        _lengths.Add((name.Length, spec.Length, backends.Length));
    }

    /// <param name="later">What changed since a service was written whole: the backends as they are now, null for those that are gone.</param>
    /// <exception cref="System.Text.Json.JsonException">A row is not what was written.</exception>
    public List<Service> Read(Dictionary<string, Dictionary<string, Backend?>> later)
    {
        var rest = _text.WrittenSpan;
        var services = new List<Service>(_lengths.Count);
        foreach (var length in _lengths)
        {
            var name = Encoding.UTF8.GetString(Take(ref rest, length.Name));
            var spec = ServiceCodec.Read(Take(ref rest, length.Spec));
            var backends = BackendCodec.ReadList(Take(ref rest, length.Backends));
            if (later.TryGetValue(name, out var changes))
            {
                backends.RemoveAll(backend => changes.ContainsKey(backend.Name));
                backends.AddRange(changes.Values.OfType<Backend>());
            }

            services.Add(new Service(name, spec, Backends.Of(backends)));
        }

        return services;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> text, int length)
    {
        var taken = text[..length];
        text = text[length..];
        return taken;
    }
}
