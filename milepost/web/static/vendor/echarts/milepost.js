// What our charts take of ECharts, and how echarts.js beside it is made:
//   esbuild milepost.js --bundle --minify --format=esm --legal-comments=none --outfile=echarts.js
export { init } from 'echarts/core';
import { use } from 'echarts/core';
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
use([LineChart, ScatterChart, CustomChart, GridComponent, SVGRenderer]);
