using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// Keeps the offsets of the last batches on the device, so that a layout which is used again, as layouts are, is uploaded once.
/// Thread-safe: a layout that a call still uses is not given up.
/// </summary>
internal sealed class IlgpuLayouts(IlgpuEngine engine) : IDisposable
{
    // A pyramid has tens of levels, each with a layout or two, which a pass visits in turn.
    private const int Kept = 64;

    private readonly LinkedList<IlgpuLayout> _recent = new();
    private readonly Dictionary<BatchLayout, LinkedListNode<IlgpuLayout>> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _lock = new();

    /// <summary>The layout on the device; dispose the lease when the kernels that use it are started.</summary>
    public Lease Rent(BatchLayout layout)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(layout, out LinkedListNode<IlgpuLayout>? node))
            {
                _recent.Remove(node);
            }
            else
            {
                _nodes.Add(layout, node = new(new(engine, layout)));
            }

            _recent.AddFirst(node);
            node.Value.Users++;
            return new(this, node.Value);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (IlgpuLayout layout in _recent)
            {
                layout.Dispose();
            }

            _recent.Clear();
            _nodes.Clear();
        }
    }

    private void Return(IlgpuLayout layout)
    {
        lock (_lock)
        {
            layout.Users--;
            for (LinkedListNode<IlgpuLayout>? node = _recent.Last; node is not null && _recent.Count > Kept;)
            {
                LinkedListNode<IlgpuLayout>? next = node.Previous;
                if (node.Value.Users == 0)
                {
                    _recent.Remove(node);
                    _nodes.Remove(node.Value.Layout);
                    node.Value.Dispose();
                }

                node = next;
            }
        }
    }

    /// <summary>The use of a layout by one call.</summary>
    public readonly struct Lease(IlgpuLayouts owner, IlgpuLayout layout) : IDisposable
    {
        public IlgpuLayout Layout => layout;

        public void Dispose() => owner.Return(layout);
    }
}

/// <summary>One batch's offsets on the device, and the lists that families draw up from them.</summary>
internal sealed class IlgpuLayout : IDisposable
{
    private readonly IlgpuEngine _engine;
    private readonly EngineBuffer<long> _offsets;
    private readonly Dictionary<object, IDisposable> _lists = [];
    private readonly Lock _lock = new();
    private readonly ArrayView<long> _view;
    private readonly int _each;

    public IlgpuLayout(IlgpuEngine engine, BatchLayout layout)
    {
        _engine = engine;
        Layout = layout;
        _each = layout.Count + 1;
        _offsets = engine.Allocate<long>(3L * _each);
        _offsets.Upload(layout.RowOffsets);
        _offsets.Upload(layout.ColumnOffsets, _each);
        _offsets.Upload(layout.CostOffsets, 2L * _each);
        _view = engine.ViewOf<long>(_offsets, _offsets.Length);
    }

    public BatchLayout Layout { get; }

    /// <summary>First row of each problem, and the number of all.</summary>
    public ArrayView<long> RowOffsets => _view.SubView(0, _each);

    /// <summary>First column of each problem, and the number of all.</summary>
    public ArrayView<long> ColumnOffsets => _view.SubView(_each, _each);

    /// <summary>First cost of each problem, and the number of all.</summary>
    public ArrayView<long> CostOffsets => _view.SubView(2L * _each, _each);

    /// <summary>All offsets, as kernels take them.</summary>
    public BatchShapes Shapes => new() { RowOffsets = RowOffsets, ColumnOffsets = ColumnOffsets, CostOffsets = CostOffsets };

    /// <summary>The offsets of consecutive problems, counted from the first of them; rows, columns and costs keep their places in the batch.</summary>
    public BatchShapes ShapesOf(int first, int end) => new()
    {
        RowOffsets = RowOffsets.SubView(first, end - first + 1),
        ColumnOffsets = ColumnOffsets.SubView(first, end - first + 1),
        CostOffsets = CostOffsets.SubView(first, end - first + 1),
    };

    /// <summary>Calls that use it now; the owner's to count.</summary>
    public int Users { get; set; }

    /// <summary>A list that a family draws up from the layout, made once.</summary>
    /// <param name="key">What the list is and depends on besides the layout.</param>
    /// <param name="make">Draws it up.</param>
    public T List<T>(object key, Func<IlgpuEngine, BatchLayout, T> make)
        where T : IDisposable
    {
        lock (_lock)
        {
            if (!_lists.TryGetValue(key, out IDisposable? list))
            {
                _lists.Add(key, list = make(_engine, Layout));
            }

            return (T)list;
        }
    }

    public void Dispose()
    {
        foreach (IDisposable list in _lists.Values)
        {
            list.Dispose();
        }

        _lists.Clear();
        _offsets.Dispose();
    }
}
