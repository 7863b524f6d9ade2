using System.Buffers;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gorb.Documents.Yaml;

/// <summary>
/// Reads the subset of YAML 1.2 that JSON can express: maps with texts as keys, lists, scalars. Anchors, aliases and tags are rejected, so a
/// document never expands beyond its text. Duplicate keys and a second document are rejected, so no part is silently ignored.
/// </summary>
internal sealed class YamlReader : IDisposable
{
    private const int MaxLevels = 24;

    private readonly string _text;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly Utf8JsonWriter _json;
    private readonly Func<string, TextPosition, bool>? _see;
    private readonly Stack<Level> _levels = [];
    private bool _isOver;

    private YamlReader(string text, IBufferWriter<byte> output, Func<string, TextPosition, bool>? see)
    {
        _text = text;
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
        _json = new Utf8JsonWriter(output);
        _see = see;
    }

    /// <summary>Converts a document to JSON.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="see">Receives the path (<c>services.web.port</c>) and position of each member; returns false to stop, with a partial result. Null for no callback.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestException">The text is not YAML of this subset; the problem has its position.</exception>
    public static ReadOnlyMemory<byte> ToJson(string text, Func<string, TextPosition, bool>? see = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return Parse(text, see, cancellationToken);
        }
        catch (YamlSyntaxException error)
        {
            throw RequestException.Invalid(error.Problem);
        }
    }

    /// <summary>Converts a document to JSON.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="see">Receives the path and position of every member; returns false to stop. Null for no callback.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="YamlSyntaxException">The text is not YAML.</exception>
    /// <exception cref="RequestException">The text is YAML outside the subset; the problem has its position.</exception>
    public static ReadOnlyMemory<byte> Parse(string text, Func<string, TextPosition, bool>? see = null, CancellationToken cancellationToken = default)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(256, text.Length));
        using (var reader = new YamlReader(text, output, see))
        {
            reader.Read(cancellationToken);
        }

        return output.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();

    /// <summary>Advances the parser. Only the parser runs here, so any exception means that the text is invalid: besides its own
    /// exceptions, the parser throws InvalidOperationException and ArgumentExceptions for unexpected texts.</summary>
    private bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (YamlException error)
        {
            throw new YamlSyntaxException(error.Message, At(error.End.Index > 0 ? error.End : _scanner.CurrentPosition), error);
        }
        catch (ArgumentOutOfRangeException error) when (error.ParamName is "lowSurrogate" or "highSurrogate")
        {
            throw new YamlSyntaxException("an escape before this place is half of a surrogate pair and no character", At(_scanner.CurrentPosition), error);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new YamlSyntaxException("it cannot be read past this place; look for a missing brace, quote or line break just before it", At(_scanner.CurrentPosition), error);
        }
    }

    private void Read(CancellationToken cancellationToken)
    {
        var documents = 0;
        while (!_isOver && MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var item = _parser.Current!;
            if (item is DocumentStart && ++documents > 1)
            {
                throw Refuse(item.Start, "a second document begins here; only one is taken");
            }

            if (item is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            {
                throw Refuse(item.Start, "anchors and aliases (& and *) are not taken; write the members out");
            }

            if (item is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
            {
                throw Refuse(item.Start, "tags (!) are not taken; quote a value to make it a text");
            }

            Read(item);
        }

        if (documents == 0)
        {
            _json.WriteNullValue();
        }
    }

    private void Read(ParsingEvent item)
    {
        switch (item)
        {
            case MappingEnd when _levels.Peek().WantsKey(): // the parser can lose the value of an empty key
                _levels.Pop();
                _json.WriteEndObject();
                break;
            case MappingEnd:
                throw Refuse(item.Start, "the last key before this place has no value; write null for none");
            case SequenceEnd:
                _levels.Pop();
                _json.WriteEndArray();
                break;
            case NodeEvent node when _levels.TryPeek(out var level) && level.WantsKey():
                ReadKey(level, node);
                break;
            case Scalar scalar:
                YamlScalar.Write(_json, scalar);
                break;
            case MappingStart:
                Enter(item, isMap: true);
                _json.WriteStartObject();
                break;
            case SequenceStart:
                Enter(item, isMap: false);
                _json.WriteStartArray();
                break;
        }
    }

    private void ReadKey(Level level, NodeEvent node)
    {
        if (node is not Scalar key)
        {
            throw Refuse(node.Start, "a key must be a text");
        }

        if (!level.Keys!.Add(key.Value))
        {
            throw Refuse(node.Start, $"'{key.Value}' is there twice");
        }

        level.Key = key.Value;
        _json.WritePropertyName(key.Value);
        _isOver = _see?.Invoke(string.Join('.', _levels.Reverse().Select(above => above.Key)), At(node.Start)) == false;
    }

    private void Enter(ParsingEvent item, bool isMap)
    {
        if (_levels.Count == MaxLevels)
        {
            throw Refuse(item.Start, $"more than {MaxLevels} levels");
        }

        _levels.Push(new Level(isMap ? new HashSet<string>(StringComparer.Ordinal) : null));
    }

    private RequestException Refuse(Mark mark, string text) => RequestException.Invalid(new Problem(null, null, text) { Place = At(mark) });

    /// <summary>Returns the position of a parser mark. The parser reads ahead, so a mark may be beyond the end of the text.</summary>
    private TextPosition At(Mark mark) => mark.Index < _text.Length ? new TextPosition((int)mark.Line, (int)mark.Column) : TextPosition.AtEnd(_text);

    /// <summary>An open map or list.</summary>
    private sealed class Level(HashSet<string>? keys)
    {
        private bool _wantsKey;

        /// <summary>The keys so far; null for a list.</summary>
        public HashSet<string>? Keys => keys;

        public string Key { get; set; } = "";

        /// <summary>Returns true if the next node is a key: in a map, keys and values alternate.</summary>
        public bool WantsKey() => keys is not null && (_wantsKey = !_wantsKey);
    }
}
