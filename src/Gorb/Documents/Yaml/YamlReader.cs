using System.Buffers;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gorb.Documents.Yaml;

/// <summary>
/// Reads YAML 1.2 as far as it says the same as JSON: maps with texts as keys, lists, scalars. Anchors, aliases and tags are refused, so a
/// document is never larger than it looks; duplicate keys and a second document are refused, so nothing in it is overlooked.
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

    /// <summary>The same document as JSON.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="see">Told the path and place of every member, as in <c>services.web.port</c>; it answers whether to read on, and the result counts only when all was read. Null saves the work.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestException">It is not YAML of that kind; the problem has its place.</exception>
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

    /// <summary>The same document as JSON.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="see">Told the path and place of every member; null saves the work.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="YamlSyntaxException">It is not YAML at all.</exception>
    /// <exception cref="RequestException">It is YAML of another kind; the problem has its place.</exception>
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

    /// <summary>Takes the parser's next step. Nothing but the parser runs in here, so whatever it throws is its verdict on the text: besides its own
    /// exceptions, it has InvalidOperationException and several ArgumentExceptions for texts that it was not written for.</summary>
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

    /// <summary>Where a mark of the parser is. The parser looks ahead, beyond the end of the text too.</summary>
    private TextPosition At(Mark mark) => mark.Index < _text.Length ? new TextPosition((int)mark.Line, (int)mark.Column) : TextPosition.AtEnd(_text);

    /// <summary>A map or list that is open.</summary>
    private sealed class Level(HashSet<string>? keys)
    {
        private bool _wantsKey;

        /// <summary>The keys until now; null in a list.</summary>
        public HashSet<string>? Keys => keys;

        public string Key { get; set; } = "";

        /// <summary>In a map, nodes are a key and a value in turn.</summary>
        public bool WantsKey() => keys is not null && (_wantsKey = !_wantsKey);
    }
}
